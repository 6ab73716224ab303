import fc from 'fast-check'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Broker } from '../broker/broker.ts'
import { createMemoryLog } from '../broker/memory.fixture.ts'
import { createOutbox, id, topic } from './outbox.fixture.ts'
import { forgetPositions } from './positions.ts'
import { createRelay } from './relay.ts'

type Relay = ReturnType<typeof createRelay>

let outbox: Awaited<ReturnType<typeof createOutbox>>
let log: ReturnType<typeof createMemoryLog>
let relays: Relay[]
let tidied: number

beforeEach(async () => {
  outbox = await createOutbox()
  log = createMemoryLog(1)
  relays = []
  tidied = 0
})
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()))
  await outbox.pool.end()
})

async function startRelay(broker: Broker = log.broker): Promise<Relay> {
  const relay = createRelay({
    service: 'tests',
    connectionString: outbox.connectionString,
    schema: outbox.schema,
    broker,
    topicPrefix: 'test.',
    topics: [{ topic: { name: topic }, table: 'boxes' }],
    tidy: [async () => void tidied++],
    log: pino({ level: 'silent' }),
    registry: new Registry(),
  })
  relays.push(relay)
  await relay.start()
  return relay
}

const eventually = <Result>(check: () => Result | Promise<Result>) =>
  vi.waitFor(check, { timeout: 10_000, interval: 10 })
const drained = () => eventually(async () => expect(await outbox.pending()).toEqual([]))
const leads = (relay: Relay) =>
  eventually(() => expect(relay.health()).toMatchObject({ ready: true, status: 'leading' }))
const sent = () => log.contents(`test.${topic}`).map(({ key, version }) => [Number(key.slice(-4)), version])

describe('rows', () => {
  test('are sent in the order they were written, and deleted from the outbox', async () => {
    for (const n of [3, 1, 2]) await outbox.insert(n, 1)
    await startRelay()
    await drained()
    await outbox.insert(1, 2)
    await drained()
    expect(sent()).toEqual([
      [3, 1],
      [1, 1],
      [2, 1],
      [1, 2],
    ])
  })

  test('of a transaction that commits late are not skipped', async () => {
    const late = await outbox.pool.connect()
    await late.query('BEGIN')
    await outbox.insert(1, 1, late)
    await outbox.insert(2, 1)
    const relay = await startRelay()
    await leads(relay)
    await eventually(() => expect(sent()).toEqual([[2, 1]]))
    await late.query('COMMIT')
    late.release()
    await drained()
    expect(sent()).toEqual([
      [2, 1],
      [1, 1],
    ])
  })

  test('that are many and large are sent in several batches, in order', async () => {
    for (let n = 0; n < 8; n++) await outbox.insert(n, 1, outbox.pool, 200_000)
    await outbox.pool.query(
      `INSERT INTO ${outbox.schema}.outbox (topic, key, version, type, "eventId", time, value)
       SELECT '${topic}', '${id(9)}', n, 't', gen_random_uuid(), now(), '' FROM generate_series(1, 1200) AS n ORDER BY n`,
    )
    const sends: number[] = []
    const broker: Broker = {
      ...log.broker,
      async createProducer() {
        const producer = await log.broker.createProducer()
        return {
          ...producer,
          async send(records) {
            sends.push(records.length)
            return producer.send(records)
          },
        }
      },
    }
    await startRelay(broker)
    await drained()
    expect(sends.slice(0, 2)).toEqual([3, 3])
    expect(Math.max(...sends)).toBe(500)
    expect(sent().slice(8)).toEqual([...Array(1_200).keys()].map((n) => [9, n + 1]))
  })
})

describe('a send that fails', () => {
  test('is retried by a new producer', async () => {
    log.failSends('lost', 'lost')
    await outbox.insert(1, 1)
    await startRelay()
    await drained()
    expect(sent()).toEqual([[1, 1]])
  })

  test('after its records were appended sends them again with the same versions', async () => {
    log.failSends('unanswered')
    for (const version of [1, 2]) await outbox.insert(1, version)
    await startRelay()
    await drained()
    expect(sent()).toEqual([
      [1, 1],
      [1, 2],
      [1, 1],
      [1, 2],
    ])
  })

  test('because the broker is down is reported, and retried until the broker is back', async () => {
    const relay = await startRelay()
    await leads(relay)
    log.takeDown()
    await outbox.insert(1, 1)
    await eventually(() =>
      expect(relay.health()).toMatchObject({
        ready: false,
        reason: 'the broker does not answer. Trying again; events wait in the outbox.',
      }),
    )
    log.takeDown(false)
    await drained()
    await leads(relay)
    expect(sent()).toEqual([[1, 1]])
  })
})

test('a relay with nothing to send is not ready while it cannot reach the broker', async () => {
  log.takeDown()
  const relay = await startRelay()
  await eventually(() => expect(relay.health()).toMatchObject({ ready: false, status: 'failing' }))
  log.takeDown(false)
  await leads(relay)
})

test('a backlog is counted up to 10,000 rows, also while the broker is down', async () => {
  log.takeDown()
  await outbox.pool.query(
    `INSERT INTO ${outbox.schema}.outbox (topic, key, version, type, "eventId", time, value)
     SELECT '${topic}', '${id(9)}', n, 't', gen_random_uuid(), to_timestamp(n), '' FROM generate_series(1, 12000) AS n ORDER BY n`,
  )
  const relay = await startRelay()
  await eventually(() =>
    expect(relay.health()).toMatchObject({ status: 'failing', pending: 10_000, oldest: new Date(1_000) }),
  )
  log.takeDown(false)
  await drained()
  await eventually(() => expect(relay.health()).toMatchObject({ ready: true, pending: 0, oldest: null }))
})

describe('a row that the broker refuses', () => {
  beforeEach(() => log.refuse(({ key, headers }) => key === id(3) && headers.ce_sequence === '1'))

  test('is parked and reported, and the others are sent in order', async () => {
    for (const n of [1, 2, 3, 4, 5, 6]) await outbox.insert(n, 1)
    const relay = await startRelay()
    await drained()
    expect(sent().map(([n]) => n)).toEqual([1, 2, 4, 5, 6])
    expect(await outbox.parked()).toEqual([{ key: id(3), version: 1 }])
    await eventually(() => expect(relay.health()).toMatchObject({ ready: true, parked: 1 }))
  })

  test('is closed when a later row of its key is sent', async () => {
    await outbox.insert(3, 1)
    await outbox.insert(4, 1)
    const relay = await startRelay()
    await eventually(async () => expect(await outbox.parked()).toHaveLength(1))
    await outbox.insert(4, 2)
    await drained()
    expect(await outbox.parked()).toHaveLength(1)
    await outbox.insert(3, 2)
    await drained()
    expect(await outbox.parked()).toEqual([])
    await eventually(() => expect(relay.health()).toMatchObject({ parked: 0 }))
  })
})

describe('of two relays', () => {
  test('one leads, and the other is ready and stands by', async () => {
    const one = await startRelay()
    await leads(one)
    const other = await startRelay()
    await eventually(() => expect(other.health()).toMatchObject({ ready: true, status: 'standby' }))
    for (let version = 1; version <= 20; version++) await outbox.insert(1, version)
    await drained()
    expect(sent()).toHaveLength(20)

    await one.stop()
    await leads(other)
    await outbox.insert(1, 21)
    await drained()
    expect(sent().at(-1)).toEqual([1, 21])
  })

  test('the one that lost its session sends nothing until it leads again', async () => {
    const one = await startRelay()
    await leads(one)
    const other = await startRelay()
    await eventually(() => expect(other.health()).toMatchObject({ status: 'standby' }))
    for (let round = 1; round <= 5; round++) {
      expect(await outbox.endLeader()).toBe(1)
      await outbox.insert(1, round)
      await drained()
      await eventually(() =>
        expect(
          relays
            .map((relay) => relay.health().status)
            .toSorted()
            .join(),
        ).toBe('leading,standby'),
      )
    }
    expect(sent()).toEqual([1, 2, 3, 4, 5].map((version) => [1, version]))
  })
})

test('only the leading relay tidies the write database', async () => {
  await leads(await startRelay())
  const standby = await startRelay()
  await eventually(() => expect(standby.health()).toMatchObject({ status: 'standby' }))
  expect(tidied).toBe(1)
})

test('an idle relay stops at once; stop can be called in any state, and twice', async () => {
  const relay = await startRelay()
  await leads(relay)
  const standby = await startRelay()
  log.takeDown()
  await eventually(() => expect(standby.health()).toMatchObject({ status: 'standby' }))
  const began = performance.now()
  await Promise.all([relay.stop(), standby.stop()])
  await relay.stop()
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(relay.health()).toMatchObject({ ready: false, status: 'stopped' })
})

test('no failure at any time makes it lose or reorder events', { timeout: 120_000 }, async () => {
  const happening = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('write' as const), key: fc.integer({ min: 1, max: 4 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('send fails' as const),
        fault: fc.constantFrom('lost' as const, 'unanswered' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('session ends' as const, 'relay crashes' as const, 'settles' as const),
      }),
    },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 25 }), async (happenings) => {
      log = createMemoryLog(1)
      await forgetPositions(outbox.pool, outbox.schema)
      const versions = new Map<number, number>()
      let relay = await startRelay()
      for (const it of happenings)
        if (it.kind === 'write') {
          const version = (versions.get(it.key) ?? 0) + 1
          versions.set(it.key, version)
          await outbox.insert(it.key, version)
        } else if (it.kind === 'send fails') log.failSends(it.fault)
        else if (it.kind === 'session ends') await outbox.endLeader()
        else if (it.kind === 'relay crashes') {
          // End its session as if the process was killed: another takes over before this relay notices.
          const crashed = relay
          await outbox.endLeader()
          relay = await startRelay()
          await crashed.stop()
        } else await drained()
      await drained()
      await relay.stop()

      const contents = sent()
      for (const [key, last] of versions) {
        const ofKey = contents.filter(([n]) => n === key).map(([, version]) => version ?? 0)
        const firsts = [...new Set(ofKey)]
        // Each version, in order. Copies come only from a resend that starts again where the send failed.
        expect(firsts).toEqual([...Array(last).keys()].map((n) => n + 1))
        expect(ofKey.at(-1)).toBe(last)
      }
    }),
    { numRuns: 25 },
  )
})
