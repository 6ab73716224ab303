import type pg from 'pg'
import type { Registry } from 'prom-client'
import type { Batch, Broker, Consumer, TopicPartition } from '../broker/broker.ts'
import type { TopicSettings } from '../broker/topics.ts'
import { sleep } from '../process/backoff.ts'
import type { Health } from '../process/health.ts'
import type { Part } from '../process/lifecycle.ts'
import type { Log } from '../process/log.ts'
import { type Applied, applyBatch } from './apply.ts'
import { countOpenLetters, forgetClosedLetters, readableKey } from './dead-letters.ts'
import { createFaults } from './faults.ts'
import { findExtraRows, type LookUp } from './look-up.ts'
import { createProjectorMetrics } from './metrics.ts'
import { assertLockOrder, fedBy, type Model } from './model.ts'
import { partitionName } from './offsets.ts'
import { createPositions } from './positions.ts'
import { createRate } from './rate.ts'
import { createRepair, type Owned } from './repair.ts'
import { OtherLog, otherLogRemedy } from './same-log.ts'

/** More dead letters than this within a minute stop the projector: the fault is not in single records. */
const LETTERS_PER_MINUTE = 100
/** How often the log and the database are looked at, in milliseconds. */
const WATCH_MS = 5_000
/** How often the database is tidied, in milliseconds. */
const TIDY_MS = 3_600_000
/** Further than this behind the end of the log much that looks wrong is not: the rest is still being read. */
const NEAR_THE_END = 1_000n

type State =
  | { readonly status: 'starting' }
  | { readonly status: 'running' }
  /** Up, and projecting nothing until somebody acts. */
  | { readonly status: 'stopped'; readonly reason: string }
  | { readonly status: 'ended' }

export type ProjectorOptions = Model & {
  /** The read generation, or `references`. */
  readonly name: string
  /** The consumer group, prefix included: `<service>.<name>`. */
  readonly group: string
  readonly broker: Broker
  readonly pool: pg.Pool
  readonly topicSettings: Pick<TopicSettings, 'prefix'>
  /** The synchronous call for what the log has not brought yet. */
  readonly lookUp?: LookUp
  /** For the owner's own projector: has keys of its topics republished that went backwards in the log. */
  readonly owned?: readonly Owned[]
  readonly log: Log
  readonly registry: Registry
}

/**
 * Projects topics into the tables of one PostgreSQL schema, one transaction a batch. It goes on where the database
 * says it stopped, whatever Kafka says. What may pass is tried again for ever; what cannot pass stops it with a
 * reason, and it stays up to tell.
 */
export function createProjector(options: ProjectorOptions): Part & { health(): Health } {
  assertLockOrder(options, options.lookUp?.table)
  const { name, group, broker, pool, schema, lookUp, owned = [] } = options
  const { prefix } = options.topicSettings
  const log = options.log.child({ projector: name })
  const models = new Map(
    options.projections
      .map(({ topic }) => prefix + topic.name)
      .map((topic): [string, Model] => [topic, fedBy(options, topic, prefix)]),
  )
  const metrics = createProjectorMetrics(options.registry, name)
  const positions = createPositions({ broker, pool, schema, metrics })
  const faults = createFaults(log)
  const letters = createRate(60_000)
  const stopping = new AbortController()
  /** By topic. */
  const repairs = new Map(
    owned.map((own) => [prefix + own.topic.name, createRepair({ owned: own, log, stopping: stopping.signal })]),
  )
  let state: State = { status: 'starting' }
  let consumer: Consumer | undefined
  let watching: Promise<void> | undefined
  let tidyAt = 0
  /** Dead letters that are open, as of the last look. */
  let parked = 0

  function stopBecause(reason: string): void {
    if (state.status === 'stopped' || state.status === 'ended') return
    state = { status: 'stopped', reason }
    metrics.stopped(true)
    log.error({ reason }, 'projector stopped')
    void consumer?.stop()
  }

  const attend = <Result>(what: string, work: () => Promise<Result>): Promise<Result> =>
    faults.attend(what, work).catch((error: unknown) => {
      const [service = group] = group.slice(prefix.length).split('.')
      if (error instanceof OtherLog) stopBecause(`${error.message}. ${otherLogRemedy(service)}`)
      throw error
    })

  const onAssigned = (partitions: readonly TopicPartition[]) =>
    attend('consumer', async () => {
      for (const { at, lag } of positions.keepOnly(partitions)) {
        // Far from its end, nearly every key of a partition looks as if it went backwards.
        const repair = repairs.get(at.topic)
        if (lag < NEAR_THE_END) repair?.flush(partitionName(at))
        repair?.forget(partitionName(at))
        faults.forget(partitionName(at))
      }
      const offsets = await positions.adopt(partitions)
      if (state.status === 'starting') state = { status: 'running' }
      log.info({ partitions: partitions.length }, 'partitions assigned')
      return offsets
    })

  const onBatch = (batch: Batch): Promise<bigint> =>
    attend(partitionName(batch), async () => {
      if (state.status === 'stopped') throw new Error(state.reason)
      const from = positions.next(batch)
      const last = batch.records.at(-1)
      if (from === undefined || !last) throw new Error(`a batch of ${partitionName(batch)}, which is not ours`)
      const to = last.offset + 1n
      // What was read before: fetched ahead of a seek, or from a log that is another one now.
      if (to <= from) return goOnFromDatabase(batch)
      // A gap is what compaction left, or where the log begins now: then records were deleted unread.
      if ((batch.records[0]?.offset ?? from) > from) await positions.verify(batch.topic)
      const unread = { ...batch, records: batch.records.filter(({ offset }) => offset >= from) }
      const applied = await project(unread, from, to)
      if (applied.status === 'fenced') return goOnFromDatabase(batch)
      positions.moved(batch, to, batch.highWatermark)
      report(unread, applied)
      return to
    })

  async function project(batch: Batch, from: bigint, to: bigint): Promise<Applied> {
    const model = models.get(batch.topic)
    if (!model) throw new Error(`nothing is projected from ${batch.topic}`)
    const nearEnd = batch.highWatermark - to < NEAR_THE_END
    const extra =
      lookUp && nearEnd
        ? await findExtraRows(lookUp, { pool, model, log, stopping: stopping.signal }, batch)
        : undefined
    return applyBatch(pool, model, batch, { from, to }, extra)
  }

  async function goOnFromDatabase({ topic, partition }: TopicPartition): Promise<bigint> {
    const [next] = (await positions.adopt([{ topic, partition }])).values()
    if (next === undefined) throw new Error(`no offset for ${partitionName({ topic, partition })}`)
    return next
  }

  /** Tells of a batch that is committed: those who wait for rows, the metrics and the log, and the topic's owner. */
  function report(batch: Batch, { written, poison, backwards, forwards }: Applied & { status: 'applied' }): void {
    const partition = partitionName(batch)
    if (written.length > 0)
      // After the commit, since inside it commits would wait for each other. It only wakes: nobody relies on it.
      pool
        .query('SELECT pg_notify($1, $2)', [`${schema}_projected`, partition])
        .catch((error: unknown) => log.debug({ err: error }, 'could not notify'))

    metrics.batch(batch, { rows: written.length, deadLetters: poison.length })
    for (const { record } of written) metrics.delay(batch.topic, Date.parse(record.headers.ce_time ?? ''))

    for (const { record, error } of poison)
      log.error({ partition, offset: String(record.offset), key: readableKey(record), error }, 'record parked')
    if (letters.add(poison.length) > LETTERS_PER_MINUTE)
      stopBecause(
        `More than ${LETTERS_PER_MINUTE} records within a minute could not be projected: the fault is hardly in the ` +
          'records. See `npm run ops -- dead-letters list`, mend the cause, start this role again, then retry them.',
      )

    const repair = repairs.get(batch.topic)
    repair?.note(partition, { backwards, forwards })
    if (positions.lag(batch) === 0n) repair?.flush(partition)
  }

  /** An idle projector must know what it stands on, too: no batch would tell that the topic was made anew. */
  async function watch(): Promise<void> {
    while (state.status !== 'stopped' && !stopping.signal.aborted) {
      await attend('Kafka', () => positions.verify()).catch(() => undefined)
      if (!stopping.signal.aborted) await attend('PostgreSQL', lookAtLetters).catch(() => undefined)
      await sleep(WATCH_MS, stopping.signal)
    }
  }

  async function lookAtLetters(): Promise<void> {
    if (Date.now() >= tidyAt) {
      await forgetClosedLetters(pool, schema)
      tidyAt = Date.now() + TIDY_MS
    }
    parked = await countOpenLetters(pool, schema)
    metrics.parked(parked)
  }

  return {
    name: `projector of ${name}`,
    async start() {
      if (consumer || stopping.signal.aborted) return
      metrics.stopped(false)
      consumer = broker.consume({
        group,
        topics: [...models.keys()],
        onAssigned,
        onBatch,
        onInterrupted: (error) => faults.note('consumer', error),
      })
      watching = watch()
    },
    async stop() {
      stopping.abort()
      await consumer?.stop()
      await watching
      state = { status: 'ended' }
    },
    health() {
      const detail = {
        status: state.status,
        group,
        partitions: positions.count(),
        lag: Number(positions.lag()),
        parked,
      }
      if (state.status === 'stopped') return { ready: false, reason: state.reason, ...detail }
      const reason = faults.lasting() ?? (state.status === 'running' ? undefined : `the projector is ${state.status}`)
      return reason ? { ready: false, reason, ...detail } : { ready: true, ...detail }
    },
  }
}
