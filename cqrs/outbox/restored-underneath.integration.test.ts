import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import type { Broker, OutgoingRecord } from '../broker/broker.ts'
import { createKafkaBroker } from '../broker/kafka.ts'
import { createMemoryLog } from '../broker/memory.fixture.ts'
import { createOutbox, id, topic } from './outbox.fixture.ts'
import { forgetPositions } from './positions.ts'
import { createRelay } from './relay.ts'

/** The relay must notice within five seconds; a busy machine gets more time. */
const eventually = <Result>(check: () => Result | Promise<Result>) =>
  vi.waitFor(check, { timeout: 10_000, interval: 20 })

type Outbox = Awaited<ReturnType<typeof createOutbox>>
type Relay = ReturnType<typeof createRelay>

let outbox: Outbox
let relays: Relay[]
beforeEach(async () => {
  outbox = await createOutbox()
  relays = []
})
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()))
  await outbox.pool.end()
})

const silent = pino({ level: 'silent' })
async function startRelay(
  broker: Broker,
  prefix = 'test.',
  { connectionString, schema }: Pick<Outbox, 'connectionString' | 'schema'> = outbox,
): Promise<Relay> {
  const relay = createRelay({
    service: 'tests',
    connectionString,
    schema,
    broker,
    topicPrefix: prefix,
    topics: [{ topic: { name: topic }, table: 'boxes' }],
    tidy: [],
    log: silent,
    registry: new Registry(),
  })
  relays.push(relay)
  await relay.start()
  return relay
}
const leads = (relay: Relay) => eventually(() => expect(relay.health()).toMatchObject({ status: 'leading' }))
const drained = () => eventually(async () => expect(await outbox.pending()).toEqual([]))
const held = (relay: Relay, records: number) =>
  eventually(() =>
    expect(relay.health()).toMatchObject({
      ready: false,
      status: 'held',
      reason: expect.stringMatching(
        new RegExp(`ahead of the write database by ${records} records .*npm run ops -- restored tests`),
      ),
    }),
  )
const sql = (text: string, values: unknown[] = []) =>
  outbox.pool.query(text.replaceAll('S.', `${outbox.schema}.`), values)
const positions = async () =>
  (await sql('SELECT partition, "nextOffset"::int AS next FROM S.relay_position ORDER BY partition')).rows
/** Copies states and positions. @returns a function that restores them in one step */
async function backUp() {
  await sql('CREATE TABLE S.old AS SELECT * FROM S.boxes; CREATE TABLE S.positions AS SELECT * FROM S.relay_position')
  return () =>
    sql(`BEGIN; TRUNCATE S.boxes, S.relay_position; INSERT INTO S.boxes SELECT * FROM S.old;
         INSERT INTO S.relay_position SELECT * FROM S.positions; COMMIT`)
}

describe('over the log in memory', () => {
  const log = () => createMemoryLog(1)
  const foreign = (n: number, version: number, source = '/tests', key = id(n)): OutgoingRecord => ({
    topic: `test.${topic}`,
    key,
    value: Buffer.from('x'),
    headers: { ce_source: source, ce_sequence: String(version), ce_id: randomUUID() },
  })

  test('a partition’s position is recorded together with the deletion of its rows', async () => {
    const { broker } = log()
    await leads(await startRelay(broker))
    expect(await positions()).toEqual([{ partition: 0, next: 0 }])
    for (let version = 1; version <= 3; version++) await outbox.insert(1, version)
    await drained()
    expect(await positions()).toEqual([{ partition: 0, next: 3 }])
  })

  test('a relay whose database was restored sends nothing until the database is repaired', async () => {
    const { broker, contents } = log()
    const before = await startRelay(broker)
    await outbox.insert(1, 1)
    await drained()
    await before.stop()
    const restore = await backUp()
    const after = await startRelay(broker)
    await outbox.insert(1, 2)
    await outbox.insert(2, 1)
    await drained()
    await after.stop()
    await restore()

    await outbox.insert(3, 1)
    const relay = await startRelay(broker)
    await held(relay, 2)
    expect(contents(`test.${topic}`)).toHaveLength(3)
    expect((await sql('SELECT topic, partition, records::int FROM S.behind_log')).rows).toEqual([
      { topic: `test.${topic}`, partition: 0, records: 2 },
    ])

    // Another relay, and the same one after a restart, stay held.
    await relay.stop()
    const again = await startRelay(broker)
    await held(again, 2)

    await sql(`INSERT INTO S.boxes VALUES ($1, 2), ($2, 1) ON CONFLICT (id) DO UPDATE SET version = excluded.version`, [
      id(1),
      id(2),
    ])
    await sql('DELETE FROM S.behind_log')
    await drained()
    await leads(again)
    expect(contents(`test.${topic}`).at(-1)).toEqual({ key: id(3), version: 1 })
    expect(await positions()).toEqual([{ partition: 0, next: 4 }])
  })

  test('a relay notices a replaced database while it leads, before it records anything more', async () => {
    const { broker, contents } = log()
    const relay = await startRelay(broker)
    await outbox.insert(1, 1)
    await drained()
    const restore = await backUp()
    await outbox.insert(1, 2)
    await drained()
    await restore()
    await outbox.insert(2, 1)
    // Two when this command's event was sent before the relay noticed.
    await eventually(() => expect(relay.health()).toMatchObject({ status: 'held' }))
    expect(await positions()).toEqual([{ partition: 0, next: 1 }])
    expect(contents(`test.${topic}`).length).toBeLessThanOrEqual(3)
  })

  test('a command that reuses a lost version before the relay looks does not hide the loss', async () => {
    const { broker, contents } = log()
    const relay = await startRelay(broker)
    await outbox.insert(1, 1)
    await drained()
    const restore = await backUp()
    await outbox.insert(1, 2)
    await drained()
    await relay.stop()
    await restore()
    await outbox.insert(1, 2)
    await held(await startRelay(broker), 1)
    expect(contents(`test.${topic}`)).toHaveLength(2)
  })

  test('records left by a crash between a send and its acknowledgement are not reported as a loss', async () => {
    const memory = log()
    await leads(await startRelay(memory.broker))
    memory.failSends('unanswered')
    // Without the aggregate's row, only the outbox still has the event.
    const client = await outbox.pool.connect()
    await client.query('BEGIN')
    await outbox.insert(1, 1, client)
    await client.query(`TRUNCATE ${outbox.schema}.boxes`)
    await client.query('COMMIT')
    client.release()
    await drained()
    expect(memory.contents(`test.${topic}`)).toHaveLength(2)
    expect(await positions()).toEqual([{ partition: 0, next: 2 }])
  })

  test.each([
    ['another source', foreign(1, 9, '/others')],
    ['no envelope', { topic: `test.${topic}`, key: id(1), value: Buffer.from('x'), headers: {} }],
    ['a state that the database has', foreign(1, 1)],
    ['a key that is no id', foreign(1, 9, '/tests', 'x00')],
  ])('a record of %s beyond the recorded position is not reported as a loss', async (_name, record) => {
    const memory = log()
    const relay = await startRelay(memory.broker)
    await outbox.insert(1, 1)
    await drained()
    memory.append(record)
    await eventually(async () => expect(await positions()).toEqual([{ partition: 0, next: 2 }]))
    expect(relay.health()).toMatchObject({ ready: true })
  })

  test('without a recorded position the last 500 records are compared', async () => {
    const memory = log()
    memory.append(foreign(1, 9), ...[...Array(500).keys()].map((n) => foreign(2, n + 1)))
    await sql('INSERT INTO S.boxes VALUES ($1, 500)', [id(2)])
    const relay = await startRelay(memory.broker)
    await leads(relay)
    await relay.stop()
    await sql('TRUNCATE S.relay_position')
    memory.append(foreign(1, 10))
    await held(await startRelay(memory.broker), 1)
  })

  test('an empty database is behind a topic that holds its states', async () => {
    const memory = log()
    memory.append(foreign(1, 1), foreign(2, 1))
    await held(await startRelay(memory.broker), 2)
  })

  test.each([
    ['recreate', `test.${topic}`, /written up to offset 1 and ends at 0: .*republish tests --new-log.*restored tests/],
    ['moveToCluster', 'cluster-2', /written in Kafka cluster cluster-1, and this is .*republish tests --new-log/],
  ] as const)(
    'the relay sends nothing to a topic other than the one it wrote (%s) until an operator allows it',
    async (how, argument, reason) => {
      const memory = log()
      const relay = await startRelay(memory.broker)
      await outbox.insert(1, 1)
      await drained()
      memory[how](argument)
      const stopped = { ready: false, status: 'failing', needsOperator: true, reason: expect.stringMatching(reason) }
      await eventually(() => expect(relay.health()).toMatchObject(stopped))
      await outbox.insert(1, 2)
      // Another relay, and the same one after a restart, stop at the same point.
      await relay.stop()
      const again = await startRelay(memory.broker)
      await eventually(() => expect(again.health()).toMatchObject(stopped))
      expect(memory.contents(`test.${topic}`)).toEqual([])

      await forgetPositions(outbox.pool, outbox.schema)
      await drained()
      await leads(again)
      expect(await positions()).toEqual([{ partition: 0, next: 1 }])
    },
  )

  test('a part of the log that cannot be compared stops the relay, which names the command that skips it', async () => {
    const memory = log()
    const relay = await startRelay(memory.broker)
    await outbox.insert(1, 1)
    await drained()
    memory.appendBroken(`test.${topic}`)
    await eventually(() =>
      expect(relay.health()).toMatchObject({
        ready: false,
        reason: expect.stringMatching(/cannot be read: .*npm run ops -- restored tests --leave-out-unreadable/),
      }),
    )
    // The same change as that command makes.
    await sql('UPDATE S.relay_position SET "nextOffset" = 2')
    await outbox.insert(1, 2)
    await drained()
    await leads(relay)
  })
})

describe('over Apache Kafka, with a database that is copied and restored', () => {
  let broker: Broker
  const prefix = `test_${randomBytes(6).toString('hex')}.`
  beforeEach(() => {
    broker = createKafkaBroker({ brokers: inject('kafkaBrokers').split(','), clientId: 'restored-test', log: silent })
  })
  afterEach(() => broker.close())

  test('the relay notices and sends nothing until the database has the states of the log again', async () => {
    const name = `test_${randomBytes(6).toString('hex')}`
    const url = new URL(outbox.connectionString)
    url.pathname = `/${name}`
    const admin = outbox.pool
    await broker.createTopics([
      { name: prefix + topic, partitions: 3, replication: 1, config: { 'cleanup.policy': 'compact' } },
    ])
    await admin.query(`CREATE DATABASE ${name}`)
    const own = await createOutbox(url.href)
    const relay = await startRelay(broker, prefix, own)
    const ends = async () => (await broker.watermarks(prefix + topic)).reduce((sum, { next }) => sum + Number(next), 0)
    for (let n = 1; n <= 30; n++) await own.insert(n, 1)
    await eventually(async () => expect(await own.pending()).toEqual([]))
    await relay.stop()
    await own.pool.end()
    await admin.query(`CREATE DATABASE ${name}_dump TEMPLATE ${name}`)

    const since = new pg.Pool({ connectionString: url.href })
    since.on('error', () => undefined)
    const after = await startRelay(broker, prefix, own)
    for (let n = 25; n <= 40; n++) await own.insert(n, n <= 30 ? 2 : 1, since)
    await eventually(async () => expect(await ends()).toBe(46))
    await leads(after)
    await since.end()

    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${name}_dump`)
    await held(after, 16)
    const restored = new pg.Pool({ connectionString: url.href })
    restored.on('error', () => undefined)
    await own.insert(50, 1, restored)
    const { rows } = await restored.query(`SELECT sum(records)::int AS records FROM ${own.schema}.behind_log`)
    expect(rows).toEqual([{ records: 16 }])
    expect(await ends()).toBe(46)

    for (let n = 25; n <= 40; n++)
      await restored.query(
        `INSERT INTO ${own.schema}.boxes VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET version = excluded.version`,
        [id(n), n <= 30 ? 2 : 1],
      )
    await restored.query(`DELETE FROM ${own.schema}.behind_log`)
    await leads(after)
    await eventually(async () => expect(await ends()).toBe(47))
    await restored.end()
  })
})
