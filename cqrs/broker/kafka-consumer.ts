import type { EachBatchPayload, Kafka, Consumer as KafkaConsumer, KafkaMessage } from 'kafkajs'
import { createBackoff } from '#toolkit/process/backoff.ts'
import type { Log } from '#toolkit/process/log.ts'
import {
  type Batch,
  type Consumer,
  type ConsumerOptions,
  type IncomingRecord,
  partitionName,
  type TopicPartition,
} from './broker.ts'
import { onFetchCameBack, onJoined, steeringOf } from './kafkajs-events.ts'
import { unreadableOf } from './kafkajs-records.ts'
import { createLanes } from './lanes.ts'

/** A consumer whose fetches did not return for this long is replaced, in milliseconds. */
const STALLED_MS = 30_000
/** How often offsets are committed to Kafka, as a hint for lag tools, in milliseconds. */
const COMMIT_EVERY_MS = 1_000
/** How long a stop waits for running batches, in milliseconds. Unfinished ones are rolled back or fenced. */
const IDLE_WITHIN_MS = 1_500
/** The size of one fetch, in bytes: 1 MB from each of 32 partitions, so that none waits for others to be read. */
const FETCH_BYTES = 32 * 1024 * 1024

type Commits = Map<string, TopicPartition & { readonly offset: string }>
type Lanes = ReturnType<typeof createLanes>

/** Consumes until it is stopped. A consumer that crashed or stalled is replaced. */
export function createKafkaConsumer(kafka: Kafka, options: ConsumerOptions, log: Log): Consumer {
  const stopping = new AbortController()
  const backoff = createBackoff({ min: 100, max: 5_000 })
  const commits: Commits = new Map()
  const lanes = createLanes(stopping.signal, (at, next) =>
    commits.set(partitionName(at), { ...at, offset: String(next) }),
  )

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const onFetched = () => {
        backoff.reset()
        options.onFetched()
      }
      const consuming = consumeUntilInterrupted(kafka, { ...options, onFetched }, lanes, commits, stopping.signal)
      const interrupted = await consuming
      if (!interrupted || stopping.signal.aborted) continue
      log.warn({ err: interrupted, group: options.group }, 'consumer interrupted, starting over')
      options.onInterrupted(interrupted)
      await backoff.wait(stopping.signal)
    }
  }
  const running = run()

  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** @returns the reason why it ended, or undefined when it was stopped */
async function consumeUntilInterrupted(
  kafka: Kafka,
  options: ConsumerOptions,
  lanes: Lanes,
  commits: Commits,
  stopping: AbortSignal,
): Promise<Error | undefined> {
  const consumer = kafka.consumer({
    groupId: options.group,
    allowAutoTopicCreation: false,
    minBytes: 1,
    maxBytes: FETCH_BYTES,
    maxWaitTimeInMs: 250,
    sessionTimeout: 15_000,
    heartbeatInterval: 1_000,
    rebalanceTimeout: 20_000,
    retry: { retries: 3, initialRetryTime: 100, restartOnFailure: async () => false },
  })
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<Error | undefined>()
  const stop = () => interrupt(undefined)
  stopping.addEventListener('abort', stop, { once: true })

  let lastFetch = performance.now()
  const onFetched = () => {
    lastFetch = performance.now()
    options.onFetched()
  }
  consumer.on(consumer.events.CRASH, ({ payload }) => interrupt(payload.error))
  onFetchCameBack(consumer, lanes.allPaused, onFetched)
  onJoined(consumer, async (partitions, isCurrent) => {
    try {
      commits.clear()
      lanes.assign(partitions, steeringOf(consumer))
      const positions = await options.onAssigned(partitions)
      if (isCurrent()) lanes.begin(positions)
    } catch (error) {
      interrupt(error as Error)
    }
  })
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { batchSize, lastOffset, highWatermark, ...at } }) => {
    // It contains nothing for readers, so kafkajs skips it without calling eachBatch.
    if (batchSize === 0) void handOver(at, [], BigInt(lastOffset) + 1n, highWatermark)
  })

  const handOver = ({ topic, partition }: TopicPartition, records: Batch['records'], next: bigint, end: string) =>
    lanes.handOver({ topic, partition }, () =>
      options.onBatch({ topic, partition, records, next, highWatermark: BigInt(end) }),
    )

  async function eachBatch({ batch, isStale }: EachBatchPayload): Promise<void> {
    // The batch was fetched before a seek.
    if (isStale()) return
    const { topic, partition, messages, highWatermark } = batch
    const at = { topic, partition }
    const readable = messages.filter((message) => !unreadableOf(message))
    const unreadable = unreadableOf(messages.at(-1))
    const last = readable.at(-1)
    if (unreadable && !last) {
      const { next, error } = unreadable
      const known = next !== undefined && next <= BigInt(highWatermark) ? next : undefined
      return lanes.handOver(at, () => options.onUnreadable({ ...at, next: known, error }))
    }
    // The unreadable part comes first in the next fetch.
    const next = BigInt(unreadable ? (last?.offset ?? 0) : batch.lastOffset()) + 1n
    await handOver(at, toRecords(readable), next, highWatermark)
  }

  const watch = setInterval(() => {
    if (performance.now() - lastFetch > STALLED_MS) interrupt(new Error(`no fetch for ${STALLED_MS / 1000} s`))
  }, 5_000)
  const committing = setInterval(() => void commit(consumer, commits), COMMIT_EVERY_MS)
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true })
    // One worker for each possible partition: each waits only as long as a lane holds it.
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 64,
      eachBatch,
    })
    return await interrupted
  } catch (error) {
    return error as Error
  } finally {
    clearInterval(watch)
    clearInterval(committing)
    stopping.removeEventListener('abort', stop)
    interrupt(undefined)
    if (stopping.aborted) await lanes.idle(IDLE_WITHIN_MS)
    await commit(consumer, commits)
    lanes.release()
    await consumer.disconnect().catch(() => undefined)
  }
}

export const toRecords = (messages: readonly KafkaMessage[]): IncomingRecord[] =>
  messages.map(({ offset, key, value, headers }) => ({
    offset: BigInt(offset),
    key,
    value,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, header]) => [name, String(header)])),
  }))

/** Commits offsets to Kafka. They are only a hint that nothing resumes from, so failures do not matter. */
async function commit(consumer: KafkaConsumer, commits: Commits): Promise<void> {
  const offsets = [...commits.values()]
  commits.clear()
  if (offsets.length > 0) await consumer.commitOffsets(offsets).catch(() => undefined)
}
