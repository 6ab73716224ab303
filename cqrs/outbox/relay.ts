import type { Registry } from 'prom-client'
import { createActivity } from '#toolkit/process/activity.ts'
import { createBackoff } from '#toolkit/process/backoff.ts'
import type { Health } from '#toolkit/process/health.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import type { Broker } from '../broker/broker.ts'
import { createBacklog } from './backlog.ts'
import { behindReason, readBehindLog, writeBehindLog } from './behind.ts'
import { becomeLeader, type Leadership } from './leadership.ts'
import { createRelayMetrics } from './metrics.ts'
import { NeedsOperator } from './other-log.ts'
import { acknowledge, park } from './pending.ts'
import { createPositions, type OwnedTopic } from './positions.ts'
import { createSender, type Outcome } from './sender.ts'
import { keepTidy, type Tidy } from './tidying.ts'
import { createUnsentReader } from './unsent.ts'

type State =
  | { readonly status: 'starting' }
  | { readonly status: 'standby' }
  | { readonly status: 'leading' }
  /** The write database is behind its topics: nothing is sent. */
  | { readonly status: 'held'; readonly reason: string; readonly needsOperator: true }
  | { readonly status: 'failing'; readonly reason: string; readonly needsOperator: boolean }
  | { readonly status: 'stopped' }

/** How long the relay sleeps without rows to send and without a wake-up, in milliseconds. */
const POLL_MS = 100
/** How often the ends of the topics are compared with the recorded positions, in milliseconds. Also probes Kafka. */
const COMPARE_MS = 1_000
/** How often a held relay checks whether it may continue, in milliseconds. */
const HELD_MS = 2_000

/**
 * Moves outbox rows to Kafka, in the order of their ids, and deletes what Kafka has acknowledged. At least once: a
 * crash in between sends a row again with the same version, and every consumer drops the copy. One relay of a service
 * leads, the others stand by. It never gives up during an outage: it backs off and is not ready, and the outbox grows.
 * It sends nothing while its topics are ahead of the write database, as after a restore.
 */
export function createRelay(options: {
  /** The service that owns the outbox; the CloudEvents source of its events. */
  readonly service: string
  /** A direct connection to the write database. */
  readonly connectionString: string
  readonly schema: string
  readonly broker: Broker
  readonly topicPrefix: string
  /** Topics whose ends are compared with the write database. */
  readonly topics: readonly OwnedTopic[]
  /** Run every minute, by the leading relay only. */
  readonly tidy: readonly Tidy[]
  readonly log: Log
  readonly registry: Registry
}): Part & { health(): Health } {
  const { service, schema, broker, topicPrefix, log, connectionString } = options
  const metrics = createRelayMetrics(options.registry)
  const activity = createActivity()
  const sender = createSender({ broker, topicPrefix, source: `/${service}` })
  const backlog = createBacklog(schema, metrics)
  const stopping = new AbortController()
  const backoff = createBackoff({ min: 50, max: 5_000 })
  let state: State = { status: 'starting' }
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let leadership: Leadership | undefined
      try {
        activity.begin('connecting to PostgreSQL')
        leadership = await becomeLeader({
          connectionString,
          schema,
          signal: stopping.signal,
          onStandby: () => {
            state = { status: 'standby' }
            activity.begin('asking PostgreSQL for the lock')
          },
        })
        if (leadership) await lead(leadership)
      } catch (error) {
        metrics.failures.inc()
        const reason = `${(error as Error).message}. Trying again; events wait in the outbox.`
        state = { status: 'failing', reason, needsOperator: error instanceof NeedsOperator }
        log.warn({ err: error }, 'relay failed, backing off')
        await sender.discard()
        await backoff.wait(stopping.signal)
      } finally {
        await leadership?.release()
      }
    }
  }

  async function lead(leadership: Leadership): Promise<void> {
    log.info('leading')
    activity.begin('counting the outbox')
    await backlog.count(leadership.client)
    const tidying = keepTidy({ connectionString, schema, tasks: options.tidy, log })
    try {
      await relayOutbox(leadership)
    } finally {
      await tidying.stop()
    }
  }

  async function relayOutbox(leadership: Leadership): Promise<void> {
    const { client } = leadership
    const positions = createPositions({ ...options, activity })
    const nextPage = createUnsentReader(schema)
    const outcome = outcomeOf(leadership, positions)
    let compareAt = 0
    while (!stopping.signal.aborted) {
      if (performance.now() >= compareAt) {
        if (await isBehind(leadership, positions)) {
          await leadership.woken(HELD_MS)
          continue
        }
        compareAt = performance.now() + COMPARE_MS
      }
      activity.begin('reading the outbox from PostgreSQL')
      const page = await nextPage(client)
      await backlog.read(client, page)
      if (page.rows.length > 0) await sender.send(page.rows, outcome)
      else {
        // Readiness includes the connection to Kafka, so an idle leader connects too.
        activity.begin('connecting to Kafka')
        await sender.connect()
      }
      state = { status: 'leading' }
      backoff.reset()
      if (page.rows.length === 0) await leadership.woken(POLL_MS)
    }
  }

  /** Whether the write database is behind, so that nothing may be sent. Stays true until `behind_log` is empty. */
  async function isBehind({ client }: Leadership, positions: ReturnType<typeof createPositions>): Promise<boolean> {
    activity.begin('reading behind_log from PostgreSQL')
    let ahead = await readBehindLog(client, schema)
    if (ahead.length === 0) {
      ahead = await positions.compare(client)
      if (ahead.length > 0) {
        await writeBehindLog(client, schema, ahead)
        log.error({ ahead: ahead.map((at) => ({ ...at, records: Number(at.records) })) }, behindReason(service, ahead))
      }
    }
    metrics.ahead.set(Number(ahead.reduce((sum, { records }) => sum + records, 0n)))
    if (ahead.length > 0) state = { status: 'held', reason: behindReason(service, ahead), needsOperator: true }
    return ahead.length > 0
  }

  const outcomeOf = ({ client, check }: Leadership, positions: ReturnType<typeof createPositions>): Outcome => ({
    async before() {
      activity.begin('checking the lock in PostgreSQL')
      await check()
      // `ops restored` may have suspended commands since the last check.
      if ((await readBehindLog(client, schema)).length > 0) throw new Error('the write database is being restored')
      activity.begin('sending events to Kafka')
    },
    async acknowledged(rows, ends) {
      activity.begin('deleting acknowledged events from PostgreSQL')
      const moves = positions.movesOf(ends)
      const { closed, moved } = await acknowledge(client, schema, rows, moves)
      metrics.sent.inc(rows.length)
      backlog.parked(-closed)
      positions.recorded(moves, moved)
    },
    async refused(row, error) {
      await park(client, schema, row, error.message)
      metrics.parked.inc()
      backlog.parked(1)
      log.error(
        { topic: row.topic, key: row.key, version: row.version, bytes: row.value.length, err: error },
        'Kafka refuses this event: parked. Fix the cause, then republish the key.',
      )
    },
  })

  return {
    name: 'relay',
    async start() {
      running ??= run()
    },
    async stop() {
      stopping.abort()
      await running
      await sender.discard()
      state = { status: 'stopped' }
    },
    health() {
      const detail = { status: state.status, ...backlog.now() }
      if (state.status === 'leading' || state.status === 'standby') {
        const stalled = activity.stalled()
        return stalled ? { ready: false, reason: stalled, ...detail } : { ready: true, ...detail }
      }
      const reason = 'reason' in state ? state.reason : `the relay is ${state.status}`
      return { ready: false, reason, needsOperator: 'needsOperator' in state && state.needsOperator, ...detail }
    },
  }
}
