import type pg from 'pg'
import type { Registry } from 'prom-client'
import type { Health } from '#toolkit/process/health.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import {
  type Batch,
  type Broker,
  type Consumer,
  partitionName,
  type TopicPartition,
  type UnreadablePart,
} from '../broker/broker.ts'
import type { TopicSettings } from '../broker/topics.ts'
import { createBatches } from './batches.ts'
import { createFaults } from './faults.ts'
import type { LookUp } from './look-up.ts'
import { createProjectorMetrics } from './metrics.ts'
import { assertLockOrder, type Model } from './model.ts'
import { createPositions, NEAR_THE_END } from './positions.ts'
import { whatIsWrong } from './readiness.ts'
import { createRepair, type Owned } from './repair.ts'
import { createReport } from './report.ts'
import { OtherLog, otherLogRemedy } from './same-log.ts'
import { createSlots } from './slots.ts'
import { startWatch } from './watch.ts'

/** A batch that is not committed after this long makes the projector not ready, in milliseconds. */
const BATCH_MS = 5_000
/**
 * How many batches are written concurrently, and how many retries of failed ones. Together they are fewer than the
 * pool's connections, so that other work gets a connection even when all batches wait for locks.
 */
const WRITES = 5
const WRITES_AGAIN = 2

type State =
  | { readonly status: 'starting' }
  | { readonly status: 'running' }
  /** Running, but projecting nothing until an operator acts. */
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
  /** Fetches, by a synchronous call, rows that the log has not brought yet. */
  readonly lookUp?: LookUp
  /** For the owner's own projector: republishes keys of its topics that went backwards in the log. */
  readonly owned?: readonly Owned[]
  readonly log: Log
  readonly registry: Registry
}

/**
 * Projects topics into the tables of one PostgreSQL schema, with one transaction per batch. It resumes from the offset
 * stored in the database, not from Kafka's. Transient faults are retried without limit; a permanent fault stops it with
 * a reason, and it stays up to report that reason.
 */
export function createProjector(options: ProjectorOptions): Part & { health(): Health } {
  assertLockOrder(options, options.lookUp?.table)
  const { name, group, broker, pool, schema, owned = [] } = options
  const { prefix } = options.topicSettings
  const log = options.log.child({ projector: name })
  const metrics = createProjectorMetrics(options.registry, name)
  const positions = createPositions({ broker, pool, schema, metrics })
  const faults = createFaults(log)
  const firstWrites = createSlots(WRITES)
  const writesAgain = createSlots(WRITES_AGAIN)
  const stopping = new AbortController()
  /** By topic. */
  const repairs = new Map(
    owned.map((own) => [prefix + own.topic.name, createRepair({ owned: own, log, stopping: stopping.signal })]),
  )
  let state: State = { status: 'starting' }
  let consumer: Consumer | undefined
  let fetchedAt = performance.now()
  /** The number of open dead letters at the last check. */
  let parked = 0

  const report = createReport({ pool, schema, metrics, positions, repairs, log, stopBecause })
  const batches = createBatches({ ...options, log, positions, report, stopping: stopping.signal })

  function stopBecause(reason: string): void {
    if (state.status === 'stopped' || state.status === 'ended') return
    state = { status: 'stopped', reason }
    metrics.stopped(true)
    log.error({ reason }, 'projector stopped')
    void consumer?.stop()
  }

  function stopAtOtherLog(error: unknown): never {
    const [service = group] = group.slice(prefix.length).split('.')
    if (error instanceof OtherLog) stopBecause(`${error.message}. ${otherLogRemedy(service)}`)
    throw error
  }
  const attend: typeof faults.attend = (...work) => faults.attend(...work).catch(stopAtOtherLog)

  /** Errors thrown here are passed to `onInterrupted`. */
  async function onAssigned(partitions: readonly TopicPartition[]) {
    for (const { at, lag } of positions.keepOnly(partitions)) {
      // Far from a partition's end, nearly every key seems to have gone backwards.
      const repair = repairs.get(at.topic)
      if (lag < NEAR_THE_END) repair?.flush(partitionName(at))
      repair?.forget(partitionName(at))
      faults.forget(partitionName(at))
    }
    const offsets = await positions.adopt(partitions).catch(stopAtOtherLog)
    if (state.status === 'starting') state = { status: 'running' }
    log.info({ partitions: partitions.length }, 'partitions assigned')
    return offsets
  }

  function onFetched(): void {
    fetchedAt = performance.now()
    // Clear the fault only here: a consumer may join its group and fail at the first fetch, again and again.
    faults.forget('consumer')
  }

  async function onBatch(batch: Batch): Promise<bigint> {
    if (state.status === 'stopped') throw new Error(state.reason)
    const partition = partitionName(batch)
    const inSlot = faults.isFailing(partition) ? writesAgain : firstWrites
    return attend(partition, () => inSlot(() => batches.write(batch)), { lasting: BATCH_MS, place: placeOf(batch) })
  }
  const placeOf = (at: TopicPartition) => `at offset ${positions.next(at) ?? '?'}`

  const onUnreadable = (part: UnreadablePart): Promise<bigint> =>
    attend(partitionName(part), () => batches.stepOver(part), { lasting: BATCH_MS, place: placeOf(part) })

  function onOpenLetters(count: number): void {
    parked = count
    metrics.parked(count)
  }

  return {
    name: `projector of ${name}`,
    async start() {
      if (consumer || stopping.signal.aborted) return
      metrics.stopped(false)
      consumer = broker.consume({
        group,
        topics: batches.topics,
        onAssigned,
        onBatch,
        onUnreadable,
        onFetched,
        onInterrupted: (error) => faults.note('consumer', error),
      })
      fetchedAt = performance.now()
      startWatch({ pool, schema, positions, attend, log, onOpenLetters, stopping: stopping.signal })
    },
    async stop() {
      stopping.abort()
      await consumer?.stop()
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
      if (state.status === 'stopped') return { ready: false, reason: state.reason, needsOperator: true, ...detail }
      const wrong = whatIsWrong({ faults, positions, fetchedAt })
      const reason = state.status === 'running' ? wrong : (wrong ?? `the projector is ${state.status}`)
      return reason ? { ready: false, reason, ...detail } : { ready: true, ...detail }
    },
  }
}
