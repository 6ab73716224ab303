import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Broker } from '#cqrs/broker/broker.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { createOutbox, topic } from '#cqrs/outbox/outbox.fixture.ts'
import { createRelay } from '#cqrs/outbox/relay.ts'
import type { KafkaOptions } from '#infra/kafka/kafka.ts'
import { freePort } from '#infra/ports.ts'
import { freeze } from '../support/freeze.ts'
import { type OwnKafka, type OwnPostgres, startOwnKafka, startOwnPostgres } from '../support/own-servers.ts'
import { jarsDir } from '../support/servers.ts'

/** A relay must report within 5 s that it is blocked; a busy machine gets a margin. */
const NOTICED_MS = 7_000

const dir = mkdtempSync(join(tmpdir(), 'inkstream-frozen-'))
chmodSync(dir, 0o755) // as root, PostgreSQL runs as another user
let postgres: OwnPostgres
let kafkaOptions: KafkaOptions
let kafka: OwnKafka
beforeAll(async () => {
  kafkaOptions = { dir: join(dir, 'kafka'), jarsDir, port: await freePort(), controllerPort: await freePort() }
  ;[postgres, kafka] = await Promise.all([
    startOwnPostgres({ dir: join(dir, 'postgres'), port: await freePort() }),
    startOwnKafka(kafkaOptions),
  ])
}, 180_000)
afterAll(async () => {
  await Promise.all([postgres?.stop(), kafka?.stop()])
  rmSync(dir, { recursive: true, force: true })
})

type Relay = ReturnType<typeof createRelay>
let outbox: Awaited<ReturnType<typeof createOutbox>>
let brokers: Broker[]
let relays: Relay[]
let thaw: () => void
let writing: Promise<void> | undefined
let busy: boolean

beforeEach(async () => {
  outbox = await createOutbox(postgres.url)
  brokers = []
  relays = []
  thaw = () => undefined
  busy = false
})
afterEach(async () => {
  thaw()
  busy = false
  await writing
  await Promise.all(relays.map((relay) => relay.stop()))
  await Promise.all(brokers.map((broker) => broker.close()))
  await outbox.pool.end()
})

const log = pino({ level: 'silent' })
const connect = () => {
  const broker = createKafkaBroker({ brokers: kafka.brokers.split(','), clientId: 'readiness-test', log })
  brokers.push(broker)
  return broker
}

async function startRelay(): Promise<Relay> {
  const prefix = `${outbox.schema}.`
  const broker = connect()
  await broker.createTopics([{ name: prefix + topic, partitions: 2, replication: 1, config: {} }])
  const relay = createRelay({
    service: 'tests',
    connectionString: outbox.connectionString,
    schema: outbox.schema,
    broker,
    topicPrefix: prefix,
    topics: [{ topic: { name: topic }, table: 'boxes' }],
    tidy: [],
    log,
    registry: new Registry(),
  })
  relays.push(relay)
  await relay.start()
  return relay
}
const ready = (relay: Relay, status: string) =>
  vi.waitFor(async () => expect(relay.health()).toMatchObject({ ready: true, status }), {
    timeout: 40_000,
    interval: 20,
  })

/** @returns the reason why it is not ready */
const notReady = (relay: Relay) =>
  vi.waitFor(
    async () => {
      const health = relay.health()
      if (health.ready) throw new Error(`still ready: ${JSON.stringify(health)}`)
      return health.reason
    },
    { timeout: NOTICED_MS, interval: 20 },
  )

/** Keeps the relay busy until the test ends. */
function keepWriting(): void {
  busy = true
  writing = (async () => {
    for (let version = 1; busy; version++) await outbox.insert(version % 5, version).catch(() => undefined)
  })()
}

describe.each([
  ['idle', () => undefined],
  ['busy', keepWriting],
])('an %s relay', (_name, begin) => {
  test('is not ready while PostgreSQL is frozen, reports why, and recovers by itself', {
    timeout: 90_000,
  }, async () => {
    const relay = await startRelay()
    await ready(relay, 'leading')
    begin()
    thaw = freeze(postgres.pid)
    expect(await notReady(relay)).toMatch(/PostgreSQL|Query read timeout/)
    thaw()
    await ready(relay, 'leading')
  })

  test('is not ready while Kafka is frozen, reports why, and recovers by itself', { timeout: 90_000 }, async () => {
    const relay = await startRelay()
    await ready(relay, 'leading')
    begin()
    thaw = freeze(kafka.pid)
    expect(await notReady(relay)).toMatch(/Kafka|Request .* timed out/)
    thaw()
    await ready(relay, 'leading')
  })
})

test('a standby relay is not ready while PostgreSQL is frozen', { timeout: 90_000 }, async () => {
  await ready(await startRelay(), 'leading')
  const standby = await startRelay()
  await ready(standby, 'standby')
  thaw = freeze(postgres.pid)
  expect(await notReady(standby)).toMatch(/asking PostgreSQL for the lock/)
  thaw()
  await vi.waitFor(async () => expect(relays.filter((relay) => relay.health().ready)).toHaveLength(2), {
    timeout: 40_000,
    interval: 20,
  })
})

test('an idle relay is not ready while Kafka is down, and is ready again when Kafka is back', {
  timeout: 120_000,
}, async () => {
  const relay = await startRelay()
  await ready(relay, 'leading')
  await kafka.stop()
  expect(await notReady(relay)).toMatch(/Kafka|ECONNREFUSED|Connection|broker/)
  kafka = await startOwnKafka(kafkaOptions)
  await ready(relay, 'leading')
  await outbox.insert(1, 1)
  await vi.waitFor(async () => expect(await outbox.pending()).toEqual([]), { timeout: 20_000, interval: 20 })
})
