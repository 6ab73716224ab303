import fc from 'fast-check'
import type pg from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOutbox, id, topic } from './outbox.fixture.ts'
import { createUnsentReader, ONLY_INDEXES } from './unsent.ts'

let outbox: Awaited<ReturnType<typeof createOutbox>>
let client: pg.PoolClient
let others: pg.PoolClient[]

beforeEach(async () => {
  outbox = await createOutbox()
  others = []
  client = await outbox.pool.connect()
  await client.query(ONLY_INDEXES)
})
afterEach(async () => {
  for (const other of others) other.release(true)
  client.release(true)
  await outbox.pool.end()
})

async function begin(isolation = 'READ COMMITTED'): Promise<pg.PoolClient> {
  const other = await outbox.pool.connect()
  others.push(other)
  await other.query(`BEGIN ISOLATION LEVEL ${isolation}`)
  return other
}
const remove = (ids: readonly bigint[]) =>
  client.query(`DELETE FROM ${outbox.schema}.outbox WHERE id = ANY($1::bigint[])`, [ids])

/** Reads until nothing is left, and deletes the rows. @returns per page, the pairs of key number and version */
async function drain(next: ReturnType<typeof createUnsentReader>): Promise<[number, number][][]> {
  const pages: [number, number][][] = []
  for (;;) {
    const { rows, more } = await next(client)
    if (rows.length > 0) pages.push(rows.map(({ key, version }) => [Number(key.slice(-4)), version]))
    await remove(rows.map((row) => row.id))
    if (!more) return pages
  }
}

const fill = (count: number) =>
  outbox.pool.query(
    `INSERT INTO ${outbox.schema}.outbox (topic, key, version, type, "eventId", time, value)
     SELECT '${topic}', '${id(9)}', n, 't', gen_random_uuid(), now(), '\\x00' FROM generate_series(1, ${count}) AS n ORDER BY n`,
  )

/** The EXPLAIN ANALYZE output of the statements that the reader sends while `work` runs. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  const plans: string[] = []
  const query = client.query.bind(client) as (...all: unknown[]) => Promise<pg.QueryResult>
  const watched = { ...client, query }
  Object.assign(client, {
    async query(text: unknown, values: unknown[]) {
      if (typeof text === 'string' && text.includes('AS page')) {
        const { rows } = await query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT) ${text}`, values)
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
      }
      return query(text, values)
    },
  })
  try {
    await work()
  } finally {
    Object.assign(client, { query: watched.query })
  }
  return plans
}

describe.each([
  ['a snapshot', 'SELECT 1', 'REPEATABLE READ'],
  ['a transaction id', 'SELECT pg_current_xact_id()', 'READ COMMITTED'],
])('over 60,000 rows that %s keeps from vacuum', (_name, first, isolation) => {
  test('a poll costs no more than over an empty outbox', { timeout: 60_000 }, async () => {
    const long = await begin(isolation)
    await long.query(first)
    const next = createUnsentReader(outbox.schema)
    const median = async () => {
      const took: number[] = []
      for (let n = 0; n < 15; n++) {
        const began = performance.now()
        expect((await next(client)).rows).toEqual([])
        took.push(performance.now() - began)
      }
      return took.toSorted((a, b) => a - b)[7] ?? Number.NaN
    }
    await next(client)
    const empty = await median()
    for (let n = 0; n < 12; n++) {
      await fill(5_000)
      await drain(next)
    }
    await outbox.pool.query(`VACUUM (ANALYZE) ${outbox.schema}.outbox`)
    const { rows } = await outbox.pool.query(`SELECT pg_relation_size('${outbox.schema}.outbox')::int AS size`)
    expect(rows[0].size).toBeGreaterThan(5_000_000)

    // The best of three medians, since the machine may be busy with other tests.
    const full = Math.min(await median(), await median(), await median())
    expect(full).toBeLessThan(Math.max(5, empty * 3))

    await outbox.insert(1, 1)
    const plans = await plansOf(async () => expect(await drain(next)).toEqual([[[1, 1]]]))
    expect(plans).toHaveLength(1)
    expect(plans[0]).not.toMatch(/Seq Scan on outbox|_pkey/)
    const buffers = [...(plans[0] ?? '').matchAll(/shared hit=(\d+)/g)].map(([, hit]) => Number(hit))
    expect(Math.max(...buffers)).toBeLessThan(100)
  })
})

test('a page of a drain starts after the previous page, not at the deleted rows', async () => {
  const next = createUnsentReader(outbox.schema)
  await begin('REPEATABLE READ').then((long) => long.query('SELECT 1'))
  await fill(5_000)
  const plans = await plansOf(() => drain(next))
  for (const plan of plans.slice(1)) {
    expect(plan).toMatch(/Index Scan using outbox_pkey/)
    expect(plan).toMatch(/Index Cond: \(id > /)
    expect(Math.max(...[...plan.matchAll(/shared hit=(\d+)/g)].map(([, hit]) => Number(hit)))).toBeLessThan(600)
  }
  expect(plans.length).toBe(11)
})

test('two rows of one key that commit during a drain are sent in order', async () => {
  const next = createUnsentReader(outbox.schema)
  const late = await begin()
  await outbox.insert(1, 1, late)
  await fill(600)
  const first = await next(client)
  expect(first).toMatchObject({ more: true })
  await remove(first.rows.map((row) => row.id))
  // The row with the smaller id becomes visible after the reader passed it; the one with the larger id lies ahead.
  await late.query('COMMIT')
  await outbox.insert(1, 2)
  const rest = await drain(next)
  expect(rest.flat().filter(([key]) => key === 1)).toEqual([])
  expect(await drain(next)).toEqual([
    [
      [1, 1],
      [1, 2],
    ],
  ])
})

test('rows that were restored from another server, with its transaction ids, are sent in order', async () => {
  await fill(1_200)
  await outbox.pool.query(`UPDATE ${outbox.schema}.outbox SET xid = '900000000000' WHERE version % 2 = 0`)
  const pages = await drain(createUnsentReader(outbox.schema))
  expect(pages.flat()).toEqual([...Array(1_200).keys()].map((n) => [9, n + 1]))
})

test('no interleaving of transactions makes it miss a row or break the order of a key', {
  timeout: 120_000,
}, async () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), slot: fc.nat(3), key: fc.nat(3) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('commit' as const), slot: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('roll back' as const), slot: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('many' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constantFrom('page' as const, 'page, and the send fails' as const) }),
    },
  )
  const slots = await Promise.all([0, 1, 2, 3].map(() => outbox.pool.connect()))
  others.push(...slots)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await outbox.pool.query(`TRUNCATE ${outbox.schema}.outbox`)
      let next = createUnsentReader(outbox.schema)
      const open = new Map<number, { key: number; version: number }[]>()
      const versions = new Map<number, number>()
      const committed: string[] = []
      const sent: string[] = []
      let filled = 0

      const end = async (slot: number, how: 'COMMIT' | 'ROLLBACK') => {
        const writes = open.get(slot)
        if (!writes) return
        await slots[slot]?.query(how)
        open.delete(slot)
        if (how === 'ROLLBACK') for (const { key } of writes) versions.set(key, (versions.get(key) ?? 1) - 1)
        else committed.push(...writes.map(({ key, version }) => `${key}.${version}`))
      }
      const page = async (fails: boolean) => {
        const { rows, more } = await next(client)
        // A failed send: some rows were sent, none is deleted, and a new reader starts.
        sent.push(...rows.map(({ key, version }) => `${Number(key.slice(-4))}.${version}`))
        if (fails) next = createUnsentReader(outbox.schema)
        else await remove(rows.map((row) => row.id))
        return more || (fails && rows.length > 0)
      }

      for (const it of steps)
        if (it.kind === 'write') {
          // One open transaction per key, as the row lock ensures.
          if ([...open].some(([slot, writes]) => slot !== it.slot && writes.some(({ key }) => key === it.key))) continue
          if (!open.has(it.slot)) {
            await slots[it.slot]?.query('BEGIN')
            open.set(it.slot, [])
          }
          const version = (versions.get(it.key) ?? 0) + 1
          versions.set(it.key, version)
          await outbox.insert(it.key, version, slots[it.slot])
          open.get(it.slot)?.push({ key: it.key, version })
        } else if (it.kind === 'commit') await end(it.slot, 'COMMIT')
        else if (it.kind === 'roll back') await end(it.slot, 'ROLLBACK')
        else if (it.kind === 'many') {
          await fill(700)
          filled++
        } else await page(it.kind !== 'page')
      for (const slot of [...open.keys()]) await end(slot, 'COMMIT')
      // The current drain, and the next one, which finds the rows committed meanwhile.
      for (let drains = 0; drains < 2; ) if (!(await page(false))) drains++

      expect(await outbox.pending()).toEqual([])
      const ofKeys = sent.filter((one) => !one.startsWith('9.'))
      expect(new Set(ofKeys)).toEqual(new Set(committed))
      for (const key of versions.keys()) {
        const order = [...new Set(ofKeys.filter((one) => one.startsWith(`${key}.`)))]
        expect(order).toEqual(committed.filter((one) => one.startsWith(`${key}.`)))
      }
      expect(sent.filter((one) => one.startsWith('9.')).length).toBeGreaterThanOrEqual(filled * 700)
    }),
    { numRuns: 40 },
  )
})
