import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { forget } from './forget.ts'

let pool: pg.Pool
let table: string
beforeEach(async () => {
  pool = new pg.Pool({ connectionString: inject('postgresUrl'), max: 3 })
  table = `public.keys_${randomBytes(6).toString('hex')}`
  await pool.query(
    `CREATE TABLE ${table} (id int PRIMARY KEY, at timestamptz(3) NOT NULL); CREATE INDEX ON ${table} (at)`,
  )
})
afterEach(async () => {
  await pool.query(`DROP TABLE ${table}`)
  await pool.end()
})

const over = "at < now() - interval '1 day'"
const left = async () => (await pool.query(`SELECT id FROM ${table} ORDER BY id`)).rows.map(({ id }) => id)

test.each([
  ['at times of their own', "now() - interval '2 days' - n * interval '5 milliseconds'"],
  ['at the same time', "date_trunc('day', now()) - interval '3 days'"],
])('one call deletes 100,000 rows %s, while a long transaction keeps them from vacuum', async (_name, at) => {
  const long = await pool.connect()
  await long.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await long.query('SELECT 1')
  await pool.query(`INSERT INTO ${table} SELECT n, ${at} FROM generate_series(1, 100000) AS n`)
  await pool.query(`INSERT INTO ${table} VALUES (-1, now())`)
  try {
    expect(await forget(pool, table, over, 'at')).toBe(100_000)
    expect(await left()).toEqual([-1])
  } finally {
    long.release(true)
  }
})

test('a locked row is skipped, and does not keep others from being deleted', async () => {
  await pool.query(`INSERT INTO ${table} SELECT n, now() - interval '2 days' FROM generate_series(1, 5000) AS n`)
  const holder = await pool.connect()
  await holder.query('BEGIN')
  await holder.query(`SELECT FROM ${table} WHERE id = 7 FOR UPDATE`)
  expect(await forget(pool, table, over, 'at')).toBe(4_999)
  holder.release(true)
  expect(await left()).toEqual([7])
})
