import type {
  Batch,
  Broker,
  ConsumerOptions,
  IncomingRecord,
  OutgoingRecord,
  TopicPartition,
} from '../broker/broker.ts'
import { sleep } from '../process/backoff.ts'

type StoredRecord = Omit<IncomingRecord, 'offset'>

/** A log in memory, with the faults that a projector must live with, at the press of a button. */
export function createLog(partitions = 2) {
  const topics = new Map<string, StoredRecord[][]>()
  const consumers = new Set<{ restart(): void }>()
  let clusterId = 'cluster-1'
  /** As many records as one fetch brings. */
  let fetchSize = 100

  const partitionsOf = (topic: string) => {
    const found = topics.get(topic) ?? Array.from({ length: partitions }, (): StoredRecord[] => [])
    topics.set(topic, found)
    return found
  }
  const partitionOf = (key: string) => Number.parseInt(key.slice(-2), 16) % partitions

  const broker: Broker = {
    clusterId: async () => clusterId,
    createTopics: async () => undefined,
    compareTopics: async () => [],
    watermarks: async (topic) => partitionsOf(topic).map(({ length }) => ({ first: 0n, next: BigInt(length) })),
    createProducer: () => Promise.reject(new Error('the log of these tests is written to by `append`')),
    consume(options) {
      let stopped = false
      let running = Promise.resolve()
      let session = new AbortController()
      const consumer = {
        restart() {
          session.abort()
          session = new AbortController()
          const { signal } = session
          running = Promise.all([running, consumePartitions(options, signal)]).then(() => undefined)
        },
      }
      consumers.add(consumer)
      consumer.restart()
      return {
        async stop() {
          if (stopped) return running
          stopped = true
          consumers.delete(consumer)
          session.abort()
          await running
        },
      }
    },
    close: async () => undefined,
  }

  async function consumePartitions(options: ConsumerOptions, signal: AbortSignal): Promise<void> {
    const assigned = options.topics.flatMap((topic) =>
      partitionsOf(topic).map((_records, partition): TopicPartition => ({ topic, partition })),
    )
    while (!signal.aborted) {
      try {
        const offsets = await options.onAssigned(assigned)
        await Promise.all(assigned.map((at) => consumePartition(options, at, offsets.get(at) ?? 0n, signal)))
      } catch (error) {
        if (signal.aborted) return
        options.onInterrupted(error as Error)
        await sleep(20, signal)
      }
    }
  }

  async function consumePartition(options: ConsumerOptions, at: TopicPartition, from: bigint, signal: AbortSignal) {
    for (let next = from; !signal.aborted; ) {
      const batch = fetch(at, next)
      if (batch) next = await options.onBatch(batch).catch(() => sleep(20, signal).then(() => next))
      else await sleep(2, signal)
    }
  }

  /** As Kafka's client does, starts over where the log begins when it is asked for what is beyond its end. */
  function fetch(at: TopicPartition, next: bigint): Batch | undefined {
    const records = partitionsOf(at.topic)[at.partition] ?? []
    const from = Number(next) > records.length ? 0 : Number(next)
    const found = records.slice(from, from + fetchSize)
    if (found.length === 0) return undefined
    return {
      ...at,
      highWatermark: BigInt(records.length),
      records: found.map((record, n) => ({ ...record, offset: BigInt(from + n) })),
    }
  }

  return {
    broker,
    append(...records: readonly OutgoingRecord[]): void {
      for (const { topic, key, value, headers } of records)
        partitionsOf(topic)[partitionOf(key)]?.push({ key: Buffer.from(key), value, headers })
    },
    fetchAtMost: (records: number) => {
      fetchSize = records
    },
    /** The topic is deleted and made anew, empty. */
    recreate: (topic: string) => {
      topics.delete(topic)
    },
    moveToCluster: (id: string) => {
      clusterId = id
      topics.clear()
    },
    /** Every consumer is assigned its partitions anew. */
    rebalance: () => {
      for (const consumer of consumers) consumer.restart()
    },
  }
}
