import {
  type Broker,
  type IncomingRecord,
  type OutgoingRecord,
  type PartitionEnd,
  type Producer,
  RecordRefused,
  type TopicPartition,
  UnreadableLog,
} from './broker.ts'
import { createMemoryConsumer, type Fetched } from './memory-consumer.fixture.ts'

/**
 * A stored record. A transaction leaves a marker, which has an offset but is not delivered to readers. A broken record
 * cannot be read.
 */
type StoredRecord = Omit<IncomingRecord, 'offset'> | 'marker' | 'broken'

/** How a send fails: before the records are appended, or after, with the answer lost. */
type SendFault = 'lost' | 'unanswered'

/** A log in memory that can produce, on demand, the faults that relays and projectors must handle. */
export function createMemoryLog(partitions = 2) {
  const topics = new Map<string, StoredRecord[][]>()
  const consumers = new Set<{ restart(): void }>()
  let clusterId = 'cluster-1'
  /** The maximum number of records in a fetch. */
  let fetchSize = 100
  /** The first offset of a topic's partitions after records were deleted. */
  const begins = new Map<string, number>()
  let down = false
  let sendFaults: SendFault[] = []
  let refuses: (record: OutgoingRecord) => boolean = () => false

  const partitionsOf = (topic: string) => {
    const found = topics.get(topic) ?? Array.from({ length: partitions }, (): StoredRecord[] => [])
    topics.set(topic, found)
    return found
  }
  const partitionOf = (key: string) => Number.parseInt(key.slice(-2), 16) % partitions

  const broker: Broker = {
    async clusterId() {
      if (down) throw new Error('the broker does not answer')
      return clusterId
    },
    createTopics: async () => undefined,
    compareTopics: async () => [],
    watermarks: async (topic) =>
      partitionsOf(topic).map(({ length }) => ({ first: BigInt(begins.get(topic) ?? 0), next: BigInt(length) })),
    async *read(at, from, to) {
      if (down) throw new Error('the broker does not answer')
      const first = BigInt(begins.get(at.topic) ?? 0)
      const end = BigInt(partitionsOf(at.topic)[at.partition]?.length ?? 0)
      const last = to < end ? to : end
      for (let next = from > first ? from : first; next < last; ) {
        const fetched = fetch(at, next)
        if (!fetched?.records)
          throw new UnreadableLog({ ...at, next: fetched?.next, error: new Error('the record is broken') })
        yield fetched.records.filter(({ offset }) => offset < last)
        next = fetched.next
      }
    },
    async createProducer() {
      if (down) throw new Error('the broker does not answer')
      return createProducer()
    },
    consume(options) {
      const consumer = createMemoryConsumer(options, {
        partitionsOf: (topic) => partitionsOf(topic).length,
        fetch: (at, next) => (down ? 'no answer' : fetch(at, next)),
      })
      consumers.add(consumer)
      return {
        async stop() {
          consumers.delete(consumer)
          await consumer.stop()
        },
      }
    },
    close: async () => undefined,
  }

  /** Like Kafka's producer, it is unusable after a failed send. */
  function createProducer(): Producer {
    let usable = true
    return {
      async send(records) {
        if (!usable) throw new Error('the producer is out of sequence')
        usable = false
        if (down) throw new Error('the broker does not answer')
        if (records.some(refuses)) throw new RecordRefused('the broker refuses the record')
        const fault = sendFaults.shift()
        const ends = fault === 'lost' ? [] : append(...records)
        if (fault) throw new Error('the request timed out')
        usable = true
        return ends
      },
      async close() {
        usable = false
      },
    }
  }

  function append(...records: readonly OutgoingRecord[]): PartitionEnd[] {
    const ends = new Map<string, PartitionEnd>()
    for (const { topic, key, value, headers } of records) {
      const partition = partitionOf(key)
      const length = partitionsOf(topic)[partition]?.push({ key: Buffer.from(key), value, headers }) ?? 0
      ends.set(`${topic}/${partition}`, { topic, partition, next: BigInt(length) })
    }
    return [...ends.values()]
  }

  /** Like Kafka's client, restarts at the beginning of the log when the offset is beyond its end. */
  function fetch(at: TopicPartition, next: bigint): Fetched | undefined {
    const records = partitionsOf(at.topic)[at.partition] ?? []
    const first = begins.get(at.topic) ?? 0
    const from = Number(next) > records.length || Number(next) < first ? first : Number(next)
    const asked = records.slice(from, from + fetchSize)
    const broken = asked.indexOf('broken')
    const found = broken > 0 ? asked.slice(0, broken) : asked
    if (found.length === 0) return undefined
    const highWatermark = BigInt(records.length)
    if (broken === 0) return { ...at, highWatermark, next: BigInt(from + 1), records: undefined }
    return {
      ...at,
      highWatermark,
      next: BigInt(from + found.length),
      records: found.flatMap((record, n) =>
        typeof record === 'string' ? [] : [{ ...record, offset: BigInt(from + n) }],
      ),
    }
  }

  return {
    broker,
    append,
    /** The key and version of every record in the topic, in the order of each partition. */
    contents: (topic: string): readonly { readonly key: string; readonly version: number }[] =>
      partitionsOf(topic).flatMap((records) =>
        records
          .filter((record) => typeof record !== 'string')
          .map(({ key, headers }) => ({
            key: Buffer.from(key ?? []).toString(),
            version: Number(headers.ce_sequence),
          })),
      ),
    /** Appends an unreadable record to each partition of the topic. */
    appendBroken: (topic: string) => {
      for (const records of partitionsOf(topic)) records.push('broken')
    },
    /** Appends a transaction marker to each partition of the topic. */
    appendMarkers: (topic: string) => {
      for (const records of partitionsOf(topic)) records.push('marker')
    },
    /** Makes the next sends fail in these ways. */
    failSends: (...faults: readonly SendFault[]) => {
      sendFaults = [...faults]
    },
    /** Permanently refuses records that match, each with its whole batch. */
    refuse: (predicate: (record: OutgoingRecord) => boolean) => {
      refuses = predicate
    },
    /** Prevents all sends and fetches until it is called with false. */
    takeDown: (isDown = true) => {
      down = isDown
    },
    fetchAtMost: (records: number) => {
      fetchSize = records
    },
    /** Deletes all records before this offset, in each partition of the topic. */
    deleteBefore: (topic: string, offset: number) => {
      begins.set(topic, offset)
    },
    /** Deletes and recreates the topic, empty. */
    recreate: (topic: string) => {
      topics.delete(topic)
    },
    moveToCluster: (id: string) => {
      clusterId = id
      topics.clear()
    },
    /** Assigns every consumer its partitions again. */
    rebalance: () => {
      for (const consumer of consumers) consumer.restart()
    },
  }
}
