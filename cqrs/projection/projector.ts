import type pg from 'pg'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { Batch, Broker, Consumer, TopicPartition } from '../broker/broker.ts'
import type { ListedTopic, TopicSettings } from '../broker/topics.ts'
import type { Health } from '../process/health.ts'
import type { Part } from '../process/lifecycle.ts'
import type { Log } from '../process/log.ts'
import { applyBatch, type ExtraRows } from './apply.ts'
import { findExtraRows, type LookUp } from './look-up.ts'
import { beginOffset, readOffset } from './offsets.ts'
import type { Projection } from './projection.ts'

type State =
  | { readonly status: 'starting' }
  | { readonly status: 'running' }
  | { readonly status: 'failing'; readonly reason: string }
  /** Up, and projecting nothing until somebody acts. */
  | { readonly status: 'stopped'; readonly reason: string }
  | { readonly status: 'ended' }

/** More dead letters than this within a minute stop the projector: the fault is not in single records. */
const POISON_PER_MINUTE = 100

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
  /** Every table of the projections, in the one order in which they are locked. */
  readonly tables: readonly string[]
  readonly topicSettings: TopicSettings
  /** The synchronous call for what the log has not brought yet. */
  readonly lookUp?: LookUp
  /** For the owner's own projector: republishes keys that went backwards in the log. */
  readonly owned?: { readonly topic: ListedTopic; republish(keys: readonly string[]): Promise<unknown> }
  readonly log: Log
  readonly registry: Registry
}

/**
 * Projects topics into the tables of one PostgreSQL schema, one transaction a batch. It goes on where the database
 * says it stopped, whatever Kafka says. What may pass is tried again for ever; what cannot pass stops it with a
 * reason, and it stays up to tell.
 */
export function createProjector(options: ProjectorOptions): Part & { health(): Health } {
  const { name, broker, pool, schema, topicSettings, log, owned } = options
  const metric = { registers: [options.registry], labelNames: ['model', 'topic', 'partition'] as const }
  const shared = <T>(kind: new (configuration: never) => T, metricName: string, help: string): T =>
    (options.registry.getSingleMetric(metricName) as T | undefined) ??
    new kind({ name: metricName, help, ...metric } as never)
  const lag = shared<Gauge>(Gauge, 'projector_lag_records', 'Offsets between the log and the tables')
  const behind = shared<Gauge>(Gauge, 'projector_delay_seconds', 'From the last event to its commit')
  const written = shared<Counter>(Counter, 'projector_rows_total', 'Rows written')
  const dead = shared<Counter>(Counter, 'projector_dead_letters_total', 'Records that could not be projected')

  const byTopic = Map.groupBy(options.projections, ({ topic }) => topicSettings.prefix + topic.name)
  /** Where each partition's stored offset was last read or written by us. */
  const positions = new Map<string, bigint>()
  const lags = new Map<string, bigint>()
  const poisonedAt: number[] = []
  let state: State = { status: 'starting' }
  let consumer: Consumer | undefined
  let clusterId = ''

  const nameOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`

  function stopWith(reason: string): void {
    if (state.status === 'stopped' || state.status === 'ended') return
    state = { status: 'stopped', reason }
    log.error({ model: name, reason }, 'projector stopped')
    void consumer?.stop()
  }

  async function onAssigned(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, bigint>> {
    clusterId = await broker.clusterId()
    const found = new Map<TopicPartition, bigint>()
    positions.clear()
    lags.clear()
    const topics = [...new Set(partitions.map(({ topic }) => topic))]
    const logs = new Map(
      await Promise.all(topics.map(async (topic) => [topic, await broker.watermarks(topic)] as const)),
    )
    for (const assigned of partitions) {
      const { topic, partition } = assigned
      await beginOffset(pool, schema, topic, partition, clusterId)
      const stored = await readOffset(pool, schema, topic, partition)
      const bounds = logs.get(topic)?.[partition]
      if (!stored || !bounds) throw new Error(`${nameOf(assigned)} is not in the log or its offset not in ${schema}`)
      const problem = otherLog(assigned, stored, bounds)
      if (problem) {
        stopWith(problem)
        throw new Error(problem)
      }
      found.set(assigned, stored.nextOffset)
      positions.set(nameOf(assigned), stored.nextOffset)
      measure(assigned, bounds.next)
    }
    if (state.status !== 'stopped' && state.status !== 'ended') state = { status: 'running' }
    return found
  }

  function otherLog(
    assigned: TopicPartition,
    stored: { nextOffset: bigint; clusterId: string },
    bounds: { first: bigint; next: bigint },
  ): string | undefined {
    const remedy =
      'If this is the log that should be read, run `npm run ops -- forget-offsets <service>` and start this role again: ' +
      'it is read from its beginning, and newer rows stay.'
    if (stored.clusterId !== clusterId)
      return `${schema} was read from Kafka cluster ${stored.clusterId}, this is ${clusterId}. ${remedy}`
    if (stored.nextOffset > bounds.next)
      return `${nameOf(assigned)} ends at offset ${bounds.next}, but ${schema} has read up to ${stored.nextOffset}: the topic was recreated or cut. ${remedy}`
    return undefined
  }

  async function onBatch(batch: Batch): Promise<bigint> {
    const key = nameOf(batch)
    const from = positions.get(key)
    const last = batch.records.at(-1)
    if (from === undefined || !last) throw new Error(`a batch of ${key}, which is not assigned`)
    if (state.status === 'stopped') throw new Error(state.reason)
    const to = last.offset + 1n
    if (to <= from) return from
    try {
      const next = await project({ ...batch, records: batch.records.filter(({ offset }) => offset >= from) }, from, to)
      positions.set(key, next)
      measure(batch, batch.highWatermark)
      if (state.status === 'failing') state = { status: 'running' }
      return next
    } catch (error) {
      log.warn(
        { err: error, topic: batch.topic, partition: batch.partition, offset: String(from) },
        'batch failed, trying again',
      )
      if (state.status === 'running' || state.status === 'failing')
        state = { status: 'failing', reason: `${key} at offset ${from}: ${(error as Error).message}. Trying again.` }
      throw error
    }
  }

  async function project(batch: Batch, from: bigint, to: bigint): Promise<bigint> {
    const projections = byTopic.get(batch.topic) ?? []
    const extra: ExtraRows | undefined =
      options.lookUp && (await findExtraRows(pool, schema, options.lookUp, projections, batch, log))
    const applied = await applyBatch(pool, { schema, projections, tables: options.tables }, batch, { from, to }, extra)
    if (applied.status === 'fenced') {
      const stored = await readOffset(pool, schema, batch.topic, batch.partition)
      if (!stored) throw new Error(`the offset of ${nameOf(batch)} is gone from ${schema}`)
      return stored.nextOffset
    }
    const labels = { model: name, topic: batch.topic, partition: String(batch.partition) }
    written.inc(labels, applied.rows)
    const time = Date.parse(batch.records.at(-1)?.headers.ce_time ?? '')
    if (!Number.isNaN(time)) behind.set(labels, (Date.now() - time) / 1_000)
    for (const { record, key, error } of applied.poison) {
      dead.inc(labels)
      log.error({ ...labels, offset: String(record.offset), key, error }, 'record parked in dead_letter')
    }
    countPoison(applied.poison.length)
    if (owned && applied.backwards.length > 0 && batch.topic === topicSettings.prefix + owned.topic.name) {
      log.warn({ topic: batch.topic, keys: applied.backwards }, 'keys went backwards in the log, republishing them')
      await owned
        .republish(applied.backwards)
        .catch((error: unknown) => log.error({ err: error }, 'could not republish'))
    }
    return to
  }

  function countPoison(count: number): void {
    const now = Date.now()
    while (poisonedAt[0] !== undefined && poisonedAt[0] < now - 60_000) poisonedAt.shift()
    for (let n = 0; n < count; n++) poisonedAt.push(now)
    if (poisonedAt.length > POISON_PER_MINUTE)
      stopWith(
        `${poisonedAt.length} records within a minute could not be projected. See \`npm run ops -- dead-letters list\`, ` +
          'mend the projection, start this role again and retry them.',
      )
  }

  function measure({ topic, partition }: TopicPartition, end: bigint): void {
    const key = nameOf({ topic, partition })
    const distance = end - (positions.get(key) ?? 0n)
    lags.set(key, distance > 0n ? distance : 0n)
    lag.set({ model: name, topic, partition: String(partition) }, Number(lags.get(key) ?? 0n))
  }

  return {
    name: `projector of ${name}`,
    async start() {
      consumer ??= broker.consume({
        group: options.group,
        topics: [...byTopic.keys()],
        onAssigned,
        onBatch,
        onInterrupted(error) {
          if (state.status === 'starting' || state.status === 'running')
            state = { status: 'failing', reason: `disconnected from Kafka: ${error.message}. Trying again.` }
        },
      })
    },
    async stop() {
      await consumer?.stop()
      state = { status: 'ended' }
    },
    health() {
      const lagRecords = Number([...lags.values()].reduce((sum, one) => sum + one, 0n))
      const detail = { status: state.status, lag: lagRecords, partitions: positions.size, group: options.group }
      if (state.status === 'running') return { ready: true, ...detail }
      return { ready: false, reason: 'reason' in state ? state.reason : `the projector is ${state.status}`, ...detail }
    },
  }
}
