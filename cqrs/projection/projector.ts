import type pg from 'pg'
import type { Registry } from 'prom-client'
import type { Batch, Broker, Consumer, TopicPartition } from '../broker/broker.ts'
import type { TopicSettings } from '../broker/topics.ts'
import { sleep } from '../process/backoff.ts'
import type { Health } from '../process/health.ts'
import type { Part } from '../process/lifecycle.ts'
import type { Log } from '../process/log.ts'
import { type Applied, applyBatch } from './apply.ts'
import { readableKey } from './dead-letters.ts'
import { findExtraRows, type LookUp } from './look-up.ts'
import { createProjectorMetrics } from './metrics.ts'
import { assertLockOrder, fedBy, type Model } from './model.ts'
import { beginOffset, partitionName, readOffsets, type StoredOffset } from './offsets.ts'
import { describeFault } from './poison.ts'
import type { Projection } from './projection.ts'
import { createRepair, type Owned } from './repair.ts'
import { otherLog, otherLogRemedy } from './same-log.ts'

/** More dead letters than this within a minute stop the projector: the fault is not in single records. */
const LETTERS_PER_MINUTE = 100
/** A fault that lasts longer makes the projector not ready, in milliseconds. */
const FAULT_MS = 3_000
/** How often the log and the database are looked at, in milliseconds. */
const WATCH_MS = 5_000
/** Further than this behind the end of the log nothing is looked up: the other topics are being read as well. */
const LOOK_UP_WITHIN = 1_000n

type State =
  | { readonly status: 'starting' }
  | { readonly status: 'running' }
  /** Up, and projecting nothing until somebody acts. */
  | { readonly status: 'stopped'; readonly reason: string }
  | { readonly status: 'ended' }

export type ProjectorOptions = {
  /** The read generation, or `references`. */
  readonly name: string
  /** The consumer group, prefix included. */
  readonly group: string
  readonly broker: Broker
  readonly pool: pg.Pool
  /** The PostgreSQL schema that is projected into. */
  readonly schema: string
  readonly projections: readonly Projection[]
  /** Every table that is written to, in the one order in which they are locked. */
  readonly tables: readonly string[]
  readonly topicSettings: Pick<TopicSettings, 'prefix'>
  /** The synchronous call for what the log has not brought yet. */
  readonly lookUp?: LookUp
  /** For the owner's own projector: has keys republished that went backwards in the log. */
  readonly owned?: Owned
  readonly log: Log
  readonly registry: Registry
}

/**
 * Projects topics into the tables of one PostgreSQL schema, one transaction a batch. It goes on where the database
 * says it stopped, whatever Kafka says. What may pass is tried again for ever; what cannot pass stops it with a
 * reason, and it stays up to tell.
 */
export function createProjector(options: ProjectorOptions): Part & { health(): Health } {
  const { name, group, broker, pool, schema, log, lookUp, owned } = options
  const { prefix } = options.topicSettings
  const [service = group] = group.slice(prefix.length).split('.')
  assertLockOrder(options)
  const topics = [...new Set(options.projections.map(({ topic }) => prefix + topic.name))]
  const models = new Map(topics.map((topic): [string, Model] => [topic, fedBy(options, topic, prefix)]))
  const metrics = createProjectorMetrics(options.registry, name)
  const stopping = new AbortController()
  const repair = owned && createRepair({ owned, log, stopping: stopping.signal })

  let state: State = { status: 'starting' }
  let consumer: Consumer | undefined
  let watching = false
  let clusterId = ''
  /** The partitions that are ours, with the offset that we last read or wrote in the database. */
  let positions = new Map<string, { readonly at: TopicPartition; readonly next: bigint }>()
  const ends = new Map<string, bigint>()
  /** Faults that last, by what they concern. */
  const faults = new Map<string, { readonly since: number; readonly reason: string }>()
  const letterTimes: number[] = []

  function stopWith(reason: string): Error {
    if (state.status !== 'stopped' && state.status !== 'ended') {
      state = { status: 'stopped', reason }
      metrics.stopped(true)
      log.error({ projector: name, reason }, 'projector stopped')
      void consumer?.stop()
    }
    return new Error(reason)
  }

  /** Runs `work` and keeps account of whether it fails. */
  async function attended<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work()
      faults.delete(what)
      return result
    } catch (error) {
      noteFault(what, describeFault(error))
      throw error
    }
  }

  function noteFault(what: string, reason: string): void {
    const since = faults.get(what)?.since ?? Date.now()
    if (faults.get(what)?.reason !== reason) log.warn({ projector: name, what, reason }, 'projector is failing')
    faults.set(what, { since, reason })
  }

  const onAssigned = (partitions: readonly TopicPartition[]) =>
    attended('consumer', async () => {
      const before = positions
      positions = new Map()
      const offsets = await adopt(partitions)
      for (const [partition, { at }] of before) if (!positions.has(partition)) release(partition, at)
      if (state.status === 'starting') state = { status: 'running' }
      log.info({ projector: name, partitions: partitions.length }, 'partitions assigned')
      return offsets
    })

  function release(partition: string, at: TopicPartition): void {
    repair?.flush(partition)
    faults.delete(partition)
    ends.delete(partition)
    metrics.forgetLag(at)
  }

  /** Reads where to go on, or begins at the start of the log. @throws when the log is not the one that was read */
  async function adopt(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, bigint>> {
    const [cluster, logs, known] = await Promise.all([
      broker.clusterId(),
      readLogs(partitions),
      readOffsets(pool, schema, partitions),
    ])
    clusterId = cluster
    const offsets = new Map<TopicPartition, bigint>()
    for (const at of partitions) {
      const partition = partitionName(at)
      const bounds = logs(at)
      let stored = known.get(partition)
      if (!stored) {
        stored = { nextOffset: bounds.first, clusterId: cluster }
        await beginOffset(pool, schema, at, stored)
      }
      assertSameLog(at, stored, cluster, bounds)
      offsets.set(at, stored.nextOffset)
      positions.set(partition, { at, next: stored.nextOffset })
      measure(at, bounds.next)
    }
    return offsets
  }

  async function readLogs(partitions: readonly TopicPartition[]) {
    const logs = new Map(
      await Promise.all(
        [...new Set(partitions.map(({ topic }) => topic))].map(
          async (topic) => [topic, await broker.watermarks(topic)] as const,
        ),
      ),
    )
    return (at: TopicPartition) => {
      const bounds = logs.get(at.topic)?.[at.partition]
      if (!bounds) throw new Error(`Kafka has no partition ${partitionName(at)}`)
      return bounds
    }
  }

  function assertSameLog(
    at: TopicPartition,
    stored: StoredOffset,
    clusterId: string,
    bounds: { readonly first: bigint; readonly next: bigint },
  ): void {
    const problem = otherLog(at, stored, clusterId, bounds)
    if (problem) throw stopWith(`${problem}. ${otherLogRemedy(service)}`)
  }

  function onBatch(batch: Batch): Promise<bigint> {
    const partition = partitionName(batch)
    return attended(partition, async () => {
      if (state.status === 'stopped') throw new Error(state.reason)
      const from = positions.get(partition)?.next
      const last = batch.records.at(-1)
      if (from === undefined || !last) throw new Error(`a batch of ${partition}, which is not ours`)
      const to = last.offset + 1n
      // What was read before: fetched ahead of a seek, or from a log that is another one now.
      if (to <= from) return goOnFromDatabase(batch)
      const unread = { ...batch, records: batch.records.filter(({ offset }) => offset >= from) }
      const applied = await project(unread, from, to)
      if (applied.status === 'fenced') return goOnFromDatabase(batch)
      positions.set(partition, { at: { topic: batch.topic, partition: batch.partition }, next: to })
      measure(batch, batch.highWatermark)
      report(unread, applied)
      return to
    })
  }

  const goOnFromDatabase = async ({ topic, partition }: Batch): Promise<bigint> => {
    const at = { topic, partition }
    const next = (await adopt([at])).get(at)
    if (next === undefined) throw new Error(`no offset for ${partitionName(at)}`)
    return next
  }

  async function project(batch: Batch, from: bigint, to: bigint): Promise<Applied> {
    const model = models.get(batch.topic)
    if (!model) throw new Error(`nothing is projected from ${batch.topic}`)
    const extra =
      lookUp && batch.highWatermark - to < LOOK_UP_WITHIN
        ? await findExtraRows(lookUp, { pool, model, log, stopping: stopping.signal }, batch)
        : undefined
    return applyBatch(pool, model, batch, { from, to }, extra)
  }

  /** Tells of a batch that is committed: to those who wait for rows, to metrics and log, to the owner. */
  function report(batch: Batch, { written, poison, backwards, forwards }: Applied & { status: 'applied' }): void {
    if (written.length > 0)
      // After the commit, since inside it would make commits wait for each other. It only wakes: nobody relies on it.
      pool
        .query('SELECT pg_notify($1, $2)', [`${schema}_projected`, partitionName(batch)])
        .catch((error: unknown) => log.debug({ err: error }, 'could not notify'))
    metrics.batch(batch, { rows: written.length, deadLetters: poison.length })
    for (const { record } of written) {
      const time = Date.parse(record.headers.ce_time ?? '')
      if (!Number.isNaN(time)) metrics.delay(batch.topic, Math.max(0, (Date.now() - time) / 1_000))
    }
    for (const { record, error } of poison)
      log.error(
        { ...labels(batch), offset: String(record.offset), key: readableKey(record), error },
        'record parked in dead_letter',
      )
    countLetters(poison.length)
    if (repair && owned && batch.topic === prefix + owned.topic.name) {
      repair.note(partitionName(batch), { backwards, forwards })
      if (lagOf(partitionName(batch)) === 0n) repair.flush(partitionName(batch))
    }
  }

  const labels = ({ topic, partition }: TopicPartition) => ({ projector: name, topic, partition })

  function countLetters(count: number): void {
    const now = Date.now()
    while (letterTimes[0] !== undefined && letterTimes[0] < now - 60_000) letterTimes.shift()
    for (let n = 0; n < count; n++) letterTimes.push(now)
    if (letterTimes.length > LETTERS_PER_MINUTE)
      stopWith(
        `${letterTimes.length} records within a minute could not be projected: the fault is hardly in the records. ` +
          'See `npm run ops -- dead-letters list`, mend the cause, start this role again, then retry them.',
      )
  }

  function measure(at: TopicPartition, end: bigint): void {
    ends.set(partitionName(at), end)
    metrics.lag(at, Number(lagOf(partitionName(at))))
  }

  function lagOf(partition: string): bigint {
    const next = positions.get(partition)?.next ?? 0n
    const end = ends.get(partition) ?? next
    return end > next ? end - next : 0n
  }

  /** Looks at the log and the database while no batch does, so that an idle projector knows what it stands on. */
  async function watch(): Promise<void> {
    while (state.status !== 'stopped' && !stopping.signal.aborted) {
      await sleep(WATCH_MS, stopping.signal)
      if (stopping.signal.aborted || positions.size === 0) continue
      await attended('watch', look).catch(() => undefined)
    }
  }

  async function look(): Promise<void> {
    // Read before the log's ends are: those only grow, so a position beyond one is of another log.
    const ours = [...positions.values()]
    const [cluster, logs] = await Promise.all([
      broker.clusterId(),
      readLogs(ours.map(({ at }) => at)),
      pool.query('SELECT 1'),
    ])
    for (const { at, next } of ours) {
      assertSameLog(at, { nextOffset: next, clusterId }, cluster, logs(at))
      if (positions.has(partitionName(at))) measure(at, logs(at).next)
    }
  }

  return {
    name: `projector of ${name}`,
    async start() {
      metrics.stopped(false)
      consumer ??= broker.consume({
        group,
        topics,
        onAssigned,
        onBatch,
        onInterrupted: (error) =>
          noteFault('consumer', `the consumer was interrupted: ${error.message}. Trying again.`),
      })
      if (!watching) void watch()
      watching = true
    },
    async stop() {
      stopping.abort()
      await consumer?.stop()
      state = { status: 'ended' }
    },
    health() {
      const lag = Number([...positions.keys()].reduce((sum, partition) => sum + lagOf(partition), 0n))
      const detail = { status: state.status, group, partitions: positions.size, lag }
      if (state.status === 'stopped') return { ready: false, reason: state.reason, ...detail }
      const lasting = [...faults].filter(([, { since }]) => Date.now() - since > FAULT_MS)
      if (lasting.length > 0)
        return { ready: false, reason: lasting.map(([what, { reason }]) => `${what}: ${reason}`).join(' '), ...detail }
      if (state.status !== 'running') return { ready: false, reason: `the projector is ${state.status}`, ...detail }
      return { ready: true, ...detail }
    },
  }
}
