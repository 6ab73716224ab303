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

  /** One partition in a fetch response. */
  export type PartitionData = { readonly lastStableOffset: string }

  /** The records of one partition, without those of aborted transactions and without markers. */
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partition: PartitionData)
    readonly messages: KafkaMessage[]
    lastOffset(): string
  }
}

declare module 'kafkajs/src/protocol/decoder.js' {
  /** Decodes data sent by a broker. */
  export default class Decoder {
    constructor(buffer: Buffer)
    readInt32(): number
    canReadBytes(length: number): boolean
    readBytes(length: number): Buffer
  }
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C/index.js' {
  export default function crc32C(bytes: Buffer): number
}

declare module 'kafkajs/src/protocol/recordBatch/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js'

  /** The fields that the filter of aborted transactions uses. */
  export type BatchContext = { readonly producerId: string; readonly inTransaction: boolean }
  export type DecodedRecord = {
    readonly offset: string
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: Readonly<Record<string, unknown>>
    readonly isControlRecord: boolean
    readonly batchContext: BatchContext
  }
  export default function decodeRecordBatch(
    decoder: Decoder,
  ): Promise<BatchContext & { readonly records: readonly DecodedRecord[] }>
}

declare module 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js'
  import type { DecodedRecord } from 'kafkajs/src/protocol/recordBatch/v0/decoder.js'

  /** Decodes the records of one partition of a fetch. */
  export default function decodeMessages(decoder: Decoder): Promise<readonly DecodedRecord[]>
}

declare module 'kafkajs/src/protocol/recordBatch/v0/index.js' {
  /** Encodes a batch, as a producer does. */
  export function RecordBatch(batch: {
    readonly records: readonly unknown[]
    readonly lastOffsetDelta: number
  }): Promise<{ readonly buffer: Buffer }>
}

declare module 'kafkajs/src/protocol/recordBatch/record/v0/index.js' {
  /** Encodes a record of a batch. */
  export default function Record(record: { readonly key: Buffer; readonly value: Buffer }): unknown
}

declare module 'kafkajs/src/protocol/error.js' {
  export function createErrorFromCode(code: number): Error
}

declare module 'kafkajs/src/protocol/requests/fetch/v0/response.js' {
  import type { DecodedRecord } from 'kafkajs/src/protocol/recordBatch/v0/decoder.js'

  export type FetchResponse = {
    readonly responses: readonly {
      readonly partitions: { errorCode: number; messages: readonly DecodedRecord[] }[]
    }[]
  }
  /** All later versions use its `parse`, which throws the first error of a partition. */
  const response: { parse(response: FetchResponse): Promise<FetchResponse> }
  export default response
}
