import type pg from 'pg'
import { Counter, Gauge, type Registry } from 'prom-client'
import { type Broker, type Producer, RecordRefused } from '../broker/broker.ts'
import { toRecord } from '../broker/envelope.ts'
import { createBackoff } from '../process/backoff.ts'
import type { Health } from '../process/health.ts'
import type { Part } from '../process/lifecycle.ts'
import type { Log } from '../process/log.ts'
import { becomeLeader, type Leadership } from './leadership.ts'
import { acknowledge, outboxState, type PendingRow, park, pendingRows } from './pending.ts'

type State =
  | { readonly status: 'starting' }
  | { readonly status: 'standby' }
  | { readonly status: 'leading' }
  | { readonly status: 'failing'; readonly reason: string }
  | { readonly status: 'stopped' }

/** How long the relay sleeps with nothing to send and no wake-up, in milliseconds. */
const POLL_MS = 100
/** How often the write database is tidied, in milliseconds. */
const TIDY_MS = 60_000

/**
 * Moves outbox rows to Kafka, in the order of their ids, and deletes what Kafka has acknowledged. At least once: a
 * crash between the two sends a row again with the same version, and every consumer drops it. One relay of a service
 * leads, the others stand by. Never gives up on an outage: it backs off, is not ready, and the outbox grows.
 */
export function createRelay(options: {
  /** The service whose outbox it is; CloudEvents source of the events. */
  readonly service: string
  /** A direct connection to the write database. */
  readonly connectionString: string
  readonly schema: string
  readonly broker: Broker
  readonly topicPrefix: string
  /** Called every minute by the one relay that leads, on its session: what the write database has to be rid of. */
  readonly tidy: (client: Pick<pg.ClientBase, 'query'>, schema: string) => Promise<unknown>
  readonly log: Log
  readonly registry: Registry
}): Part & { health(): Health } {
  const { service, schema, broker, log, registry } = options
  const sent = new Counter({ name: 'relay_sent_total', help: 'Events that Kafka acknowledged', registers: [registry] })
  const parked = new Counter({
    name: 'relay_parked_total',
    help: 'Events that Kafka refused for good',
    registers: [registry],
  })
  const failures = new Counter({
    name: 'relay_failures_total',
    help: 'Sends and sessions that failed',
    registers: [registry],
  })
  const pending = new Gauge({
    name: 'relay_outbox_rows',
    help: 'Events that wait in the outbox',
    registers: [registry],
  })
  const waiting = new Gauge({ name: 'relay_parked_rows', help: 'Events that stand parked', registers: [registry] })

  const stopping = new AbortController()
  const backoff = createBackoff({ min: 50, max: 5_000 })
  let state: State = { status: 'starting' }
  let outbox: { pending: number; parked: number; oldest: Date | null } = { pending: 0, parked: 0, oldest: null }
  let producer: Producer | undefined
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let leadership: Leadership | undefined
      try {
        leadership = await becomeLeader({
          connectionString: options.connectionString,
          schema,
          signal: stopping.signal,
          onStandby: () => {
            state = { status: 'standby' }
          },
        })
        if (leadership) await lead(leadership)
      } catch (error) {
        failures.inc()
        state = { status: 'failing', reason: `${(error as Error).message}. Trying again; events wait in the outbox.` }
        log.warn({ err: error }, 'relay failed, backing off')
        await discardProducer()
        await backoff.wait(stopping.signal)
      } finally {
        await leadership?.release()
      }
    }
  }

  async function lead(leadership: Leadership): Promise<void> {
    log.info('leading')
    const tidying = keepTidy(leadership)
    try {
      await relayOutbox(leadership)
    } finally {
      await tidying.stop()
    }
  }

  /** Beside the sends: events must not wait for what is only house-keeping. */
  function keepTidy(leadership: Leadership): { stop(): Promise<void> } {
    let running: Promise<unknown> = Promise.resolve()
    let busy = false
    const tidy = () => {
      if (busy) return
      busy = true
      running = options
        .tidy(leadership.client, schema)
        .catch((error: unknown) => log.warn({ err: error }, 'could not tidy the write database'))
        .finally(() => {
          busy = false
        })
    }
    tidy()
    const timer = setInterval(tidy, TIDY_MS)
    return {
      async stop() {
        clearInterval(timer)
        await running
      },
    }
  }

  async function relayOutbox(leadership: Leadership): Promise<void> {
    let measureAt = 0
    while (!stopping.signal.aborted) {
      if (Date.now() >= measureAt) {
        outbox = await outboxState(leadership.client, schema)
        pending.set(outbox.pending)
        waiting.set(outbox.parked)
        measureAt = Date.now() + 1_000
      }
      const rows = await pendingRows(leadership.client, schema)
      if (rows.length > 0) await publish(leadership, rows)
      // Connected to Kafka is part of ready, so an idle leader connects too.
      else producer ??= await broker.createProducer()
      state = { status: 'leading' }
      backoff.reset()
      if (rows.length === 0) await leadership.woken(POLL_MS)
    }
  }

  /** Sends the rows; halves them to find the one that Kafka refuses, parks it and goes on with the rest. */
  async function publish(leadership: Leadership, rows: readonly PendingRow[]): Promise<void> {
    await leadership.check()
    try {
      producer ??= await broker.createProducer()
      await producer.send(
        rows.map((row) => toRecord({ ...row, topic: options.topicPrefix + row.topic }, `/${service}`)),
      )
    } catch (error) {
      // After any failed send the producer's sequence may differ from the broker's, for ever.
      await discardProducer()
      if (!(error instanceof RecordRefused)) throw error
      const [row] = rows
      if (rows.length === 1 && row) {
        await park(leadership.client, schema, row, error.message)
        parked.inc()
        log.error(
          { topic: row.topic, key: row.key, version: row.version, bytes: row.value.length, err: error },
          'Kafka refuses this event: parked. Mend the cause, then republish the key.',
        )
        return
      }
      await publish(leadership, rows.slice(0, rows.length / 2))
      await publish(leadership, rows.slice(rows.length / 2))
      return
    }
    await acknowledge(leadership.client, schema, rows)
    sent.inc(rows.length)
  }

  async function discardProducer(): Promise<void> {
    const old = producer
    producer = undefined
    await old?.close().catch(() => undefined)
  }

  return {
    name: 'relay',
    async start() {
      running ??= run()
    },
    async stop() {
      stopping.abort()
      await running
      await discardProducer()
      state = { status: 'stopped' }
    },
    health() {
      const detail = { status: state.status, pending: outbox.pending, parked: outbox.parked, oldest: outbox.oldest }
      if (state.status === 'leading' || state.status === 'standby') return { ready: true, ...detail }
      const reason = state.status === 'failing' ? state.reason : `the relay is ${state.status}`
      return { ready: false, reason, ...detail }
    },
  }
}
