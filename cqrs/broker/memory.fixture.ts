import { sleep } from '../process/backoff.ts'
import {
  type Batch,
  type Broker,
  type ConsumerOptions,
  type IncomingRecord,
  type OutgoingRecord,
  type PartitionEnd,
  type Producer,
  partitionName,
  RecordRefused,
  type TopicPartition,
} from './broker.ts'

/** A marker is what a transaction leaves in the log: it has an offset, and no reader gets it. */
type StoredRecord = Omit<IncomingRecord, 'offset'> | 'marker'

/** What each partition's handler is doing, by the partition's name. */
type InWork = Map<string, Promise<bigint>>

/** How a send fails: before the records were appended, or after, with the answer lost. */
type SendFault = 'lost' | 'unanswered'

/** A log in memory, with the faults that relays and projectors must live with, at the press of a button. */
export function createMemoryLog(partitions = 2) {
  const topics = new Map<string, StoredRecord[][]>()
  const consumers = new Set<{ restart(): void }>()
  let clusterId = 'cluster-1'
  /** As many records as one fetch brings. */
  let fetchSize = 100
  /** Where the partitions of a topic begin, once records were deleted. */
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
        const records = fetch(at, next)?.records.filter(({ offset }) => offset < last) ?? []
        yield records
        next += BigInt(records.length)
      }
    },
    async createProducer() {
      if (down) throw new Error('the broker does not answer')
      return createProducer()
    },
    consume(options) {
      let stopped = false
      let running = Promise.resolve()
      let session = new AbortController()
      const inWork: InWork = new Map()
      const consumer = {
        restart() {
          session.abort()
          session = new AbortController()
          const { signal } = session
          running = Promise.all([running, consumePartitions(options, inWork, signal)]).then(() => undefined)
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
          await Promise.race([running, sleep(1_500)])
        },
      }
    },
    close: async () => undefined,
  }

  /** As Kafka's, it is of no use after a send that failed. */
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

  async function consumePartitions(options: ConsumerOptions, inWork: InWork, signal: AbortSignal): Promise<void> {
    const assigned = options.topics.flatMap((topic) =>
      partitionsOf(topic).map((_records, partition): TopicPartition => ({ topic, partition })),
    )
    while (!signal.aborted) {
      try {
        const offsets = await options.onAssigned(assigned)
        await Promise.all([
          showThatItFetches(options, signal),
          ...assigned.map((at) => consumePartition(options, at, offsets.get(at) ?? 0n, inWork, signal)),
        ])
      } catch (error) {
        if (signal.aborted) return
        options.onInterrupted(error as Error)
        await sleep(20, signal)
      }
    }
  }

  async function showThatItFetches(options: ConsumerOptions, signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await sleep(10, signal)) if (!down) options.onFetched()
  }

  async function consumePartition(
    options: ConsumerOptions,
    at: TopicPartition,
    from: bigint,
    inWork: InWork,
    signal: AbortSignal,
  ) {
    await inWork.get(partitionName(at))
    for (let next = from; !signal.aborted; ) {
      const batch = down ? undefined : fetch(at, next)
      if (batch) {
        const work = options.onBatch(batch).catch(() => sleep(20, signal).then(() => next))
        inWork.set(partitionName(at), work)
        next = await work
      } else await sleep(2, signal)
    }
  }

  /** As Kafka's client does, starts over where the log begins when it is asked for what is beyond its end. */
  function fetch(at: TopicPartition, next: bigint): Batch | undefined {
    const records = partitionsOf(at.topic)[at.partition] ?? []
    const first = begins.get(at.topic) ?? 0
    const from = Number(next) > records.length || Number(next) < first ? first : Number(next)
    const found = records.slice(from, from + fetchSize)
    if (found.length === 0) return undefined
    return {
      ...at,
      highWatermark: BigInt(records.length),
      next: BigInt(from + found.length),
      records: found.flatMap((record, n) => (record === 'marker' ? [] : [{ ...record, offset: BigInt(from + n) }])),
    }
  }

  return {
    broker,
    append,
    /** What the topic holds: key and version of every record, in the order of each partition. */
    contents: (topic: string): readonly { readonly key: string; readonly version: number }[] =>
      partitionsOf(topic).flatMap((records) =>
        records
          .filter((record) => record !== 'marker')
          .map(({ key, headers }) => ({
            key: Buffer.from(key ?? []).toString(),
            version: Number(headers.ce_sequence),
          })),
      ),
    /** Each partition of the topic now ends with the marker of a transaction. */
    appendMarkers: (topic: string) => {
      for (const records of partitionsOf(topic)) records.push('marker')
    },
    /** The next sends fail so. */
    failSends: (...faults: readonly SendFault[]) => {
      sendFaults = [...faults]
    },
    /** Records of which this is true are refused for good, each with its whole batch. */
    refuse: (predicate: (record: OutgoingRecord) => boolean) => {
      refuses = predicate
    },
    /** Nothing can be sent or fetched until it is called with false. */
    takeDown: (isDown = true) => {
      down = isDown
    },
    fetchAtMost: (records: number) => {
      fetchSize = records
    },
    /** All records before this offset are deleted, in each partition of the topic. */
    deleteBefore: (topic: string, offset: number) => {
      begins.set(topic, offset)
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
