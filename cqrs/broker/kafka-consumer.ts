import type { EachBatchPayload, Kafka, Consumer as KafkaConsumer, KafkaMessage } from 'kafkajs'
import { createBackoff } from '../process/backoff.ts'
import type { Log } from '../process/log.ts'
import type { Batch, Consumer, ConsumerOptions, IncomingRecord, TopicPartition } from './broker.ts'

/** A consumer that has not fetched for this long, with no batch in hand, is thrown away, in milliseconds. */
const STALLED_MS = 30_000
/** How often offsets go to Kafka, as a hint for lag tools, in milliseconds. */
const COMMIT_EVERY_MS = 1_000
/** How often the group hears of us while a batch is worked on, in milliseconds. */
const HEARTBEAT_MS = 2_000

/** What the group gave us, from one join to the next. */
type Assignment = { readonly sought: Promise<void>; done: boolean }

/** Consumes until it is stopped; a consumer that crashed or stalled is thrown away and made anew. */
export function createKafkaConsumer(kafka: Kafka, options: ConsumerOptions, log: Log): Consumer {
  const stopping = new AbortController()
  const backoff = createBackoff({ min: 100, max: 5_000 })

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const interrupted = await consumeUntilInterrupted(kafka, options, stopping.signal, backoff.reset)
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

/** @returns why it ended, or undefined when it was stopped */
async function consumeUntilInterrupted(
  kafka: Kafka,
  options: ConsumerOptions,
  stopping: AbortSignal,
  onAssigned: () => void,
): Promise<Error | undefined> {
  const consumer = kafka.consumer({
    groupId: options.group,
    allowAutoTopicCreation: false,
    minBytes: 1,
    maxWaitTimeInMs: 250,
    sessionTimeout: 15_000,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: 20_000,
    retry: { retries: 3, initialRetryTime: 100, restartOnFailure: async () => false },
  })
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<Error | undefined>()
  const stop = () => interrupt(undefined)
  stopping.addEventListener('abort', stop, { once: true })

  let assignment: Assignment | undefined
  let lastFetch = Date.now()
  let inHand = 0
  const commits = new Map<string, TopicPartition & { readonly offset: string }>()

  consumer.on(consumer.events.CRASH, ({ payload }) => interrupt(payload.error))
  consumer.on(consumer.events.FETCH, () => {
    lastFetch = Date.now()
  })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    commits.clear()
    const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    )
    const current: Assignment = { sought: seekAll(), done: false }
    assignment = current
    async function seekAll(): Promise<void> {
      try {
        const positions = await options.onAssigned(partitions)
        if (assignment !== current) return
        for (const [{ topic, partition }, offset] of positions)
          consumer.seek({ topic, partition, offset: String(offset) })
        current.done = true
        onAssigned()
      } catch (error) {
        interrupt(error as Error)
      }
    }
  })

  async function eachBatch({ batch, resolveOffset, heartbeat, isStale, isRunning }: EachBatchPayload): Promise<void> {
    const current = assignment
    // Fetched before the positions were sought: from wherever the group once committed. Dropped, the seek takes effect.
    if (!current?.done) return current?.sought
    if (isStale()) return
    inHand++
    try {
      const next = await handle(
        toBatch(batch),
        options,
        heartbeat,
        () => isRunning() && assignment === current && !isStale(),
        stopping,
      )
      if (next === undefined) return
      const { topic, partition } = batch
      const last = BigInt(batch.lastOffset())
      if (next === last + 1n) resolveOffset(String(last))
      else consumer.seek({ topic, partition, offset: String(next) })
      commits.set(`${topic}/${partition}`, { topic, partition, offset: String(next) })
    } finally {
      inHand--
      lastFetch = Date.now()
    }
    await heartbeat()
  }

  const watch = setInterval(() => {
    if (inHand === 0 && Date.now() - lastFetch > STALLED_MS) interrupt(new Error(`no fetch for ${STALLED_MS / 1000} s`))
  }, 5_000)
  const committing = setInterval(() => void commit(consumer, commits), COMMIT_EVERY_MS)
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 6, eachBatch })
    return await interrupted
  } catch (error) {
    return error as Error
  } finally {
    clearInterval(watch)
    clearInterval(committing)
    stopping.removeEventListener('abort', stop)
    interrupt(undefined)
    await commit(consumer, commits)
    await consumer.disconnect().catch(() => undefined)
  }
}

/**
 * Hands the batch over, again after each failure, while the partition is ours. Keeps the group informed meanwhile; when
 * the group is about to be shared out anew, the batch is let go: nobody joins while it is in hand.
 */
async function handle(
  batch: Batch,
  options: ConsumerOptions,
  heartbeat: () => Promise<void>,
  ours: () => boolean,
  stopping: AbortSignal,
): Promise<bigint | undefined> {
  const backoff = createBackoff({ min: 50, max: 5_000 })
  let rebalancing = false
  const beat = () =>
    heartbeat().catch((error: { type?: string }) => {
      rebalancing ||= error.type === 'REBALANCE_IN_PROGRESS'
    })
  const beating = setInterval(() => void beat(), HEARTBEAT_MS)
  try {
    while (ours() && !rebalancing && !stopping.aborted) {
      try {
        return await options.onBatch(batch)
      } catch {
        await backoff.wait(stopping)
      }
    }
    return undefined
  } finally {
    clearInterval(beating)
  }
}

const toBatch = ({ topic, partition, highWatermark, messages }: EachBatchPayload['batch']): Batch => ({
  topic,
  partition,
  highWatermark: BigInt(highWatermark),
  records: toRecords(messages),
})

export const toRecords = (messages: readonly KafkaMessage[]): IncomingRecord[] =>
  messages.map(({ offset, key, value, headers }) => ({
    offset: BigInt(offset),
    key,
    value,
    headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, header]) => [name, String(header)])),
  }))

/** Tells Kafka how far we are. A hint: nothing reads it to decide where to go on, so nothing depends on its success. */
async function commit(
  consumer: KafkaConsumer,
  commits: Map<string, TopicPartition & { readonly offset: string }>,
): Promise<void> {
  const offsets = [...commits.values()]
  commits.clear()
  if (offsets.length > 0) await consumer.commitOffsets(offsets).catch(() => undefined)
}
