declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** The part of kafkajs's internal request queue that kafkajs-timer.ts replaces. */
  export default class RequestQueue {
    pending: unknown[]
    throttledUntil: number
    throttleCheckTimeoutId: NodeJS.Timeout | null
    checkPendingRequests(): void
    scheduleCheckPendingRequests(): void
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  export default function createSocketFactory(): NonNullable<import('kafkajs').KafkaConfig['socketFactory']>
}

declare module 'kafkajs/src/cluster/index.js' {
  import type { KafkaConfig, Logger } from 'kafkajs'
  import type { PartitionData } from 'kafkajs/src/consumer/batch.js'

  type Fetch = {
    isolationLevel: number
    maxWaitTime: number
    minBytes: number
    maxBytes: number
    topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[]
  }

  /** The part of kafkajs's internal connections that kafka-reader.ts uses. */
  export default class Cluster {
    constructor(
      options: KafkaConfig & {
        logger: Logger
        allowAutoTopicCreation: boolean
        isolationLevel: number
        metadataMaxAge: number
      },
    )
    connect(): Promise<void>
    disconnect(): Promise<void>
    addTargetTopic(topic: string): Promise<void>
    refreshMetadata(): Promise<void>
    refreshMetadataIfNecessary(): Promise<void>
    findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>
    findBroker(options: { nodeId: string }): Promise<{
      fetch(options: Fetch): Promise<{ responses: { partitions: PartitionData[] }[] }>
    }>
  }
}

declare module 'kafkajs/src/consumer/batch.js' {
  import type { KafkaMessage } from 'kafkajs'

  /** One partition in the answer to a fetch. */
  export type PartitionData = { readonly lastStableOffset: string }

  /** The records of one partition's answer, without those of transactions that were given up, and without markers. */
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partition: PartitionData)
    readonly messages: KafkaMessage[]
    lastOffset(): string
  }
}
