import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { ensureDatabase } from '#infra/migrations/migrate.ts'
import { PrismaClient } from '#prisma/posts/write/generated/client.ts'
import { createClient, createPool } from '#toolkit/database/connect.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { type Bounds, requestBounds, settingsOf } from '#toolkit/database/settings.ts'
import { alterDatabase } from '../support/alter-database.ts'
import { foreignSettings } from '../support/foreign-settings.ts'

let url: string
let admin: pg.Client

beforeAll(async () => {
  const name = `foreign_${randomBytes(4).toString('hex')}`
  url = await ensureDatabase(inject('postgresUrl'), name)
  admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  await alterDatabase(url, foreignSettings)
})
afterAll(() => admin.end())

async function inForce(given: string, bounds: Bounds): Promise<Record<string, string>> {
  const client = createClient(given, { bounds, searchPath: 'write' })
  await client.connect()
  try {
    const names = Object.keys(settingsOf(bounds, 'write'))
    const { rows } = await client.query<{ name: string; setting: string }>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
      [names],
    )
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
  } finally {
    await client.end()
  }
}

describe('every connection sets its own settings', () => {
  test.each([
    ['whatever the database sets', ''],
    ['whatever the url sets', 'statement_timeout=0&TimeZone=Asia%2FTokyo&query_timeout=1'],
    ['even if the url has options', 'options=-c%20TimeZone%3DAsia%2FTokyo%20-c%20geqo%3Doff'],
  ])('%s', async (_, query) => {
    expect(await inForce(`${url}&${query}`, requestBounds)).toEqual(settingsOf(requestBounds, 'write'))
  })

  test('whatever the environment sets', async () => {
    vi.stubEnv('PGOPTIONS', '-c TimeZone=Asia/Tokyo')
    vi.stubEnv('PGCLIENT_ENCODING', 'LATIN1')
    vi.stubEnv('PGREPLICATION', 'database')
    vi.stubEnv('PGBINARY', 'true')
    try {
      expect(await inForce(url, requestBounds)).toEqual(settingsOf(requestBounds, 'write'))
    } finally {
      vi.unstubAllEnvs()
    }
  })

  test('and keeps options of the url that change none of them', async () => {
    const client = createClient(`${url}&options=-c%20geqo%3Doff`, { bounds: requestBounds })
    await client.connect()
    expect((await client.query('SHOW geqo')).rows).toEqual([{ geqo: 'off' }])
    await client.end()
  })
})

describe('a connection whose client timed out', () => {
  const shortly: Bounds = { lock: 0, statement: 0, idleInTransaction: 0, transaction: 0, client: 300 }

  /** A table with a row that another session keeps locked. */
  async function lockedRow() {
    const table = `locked_${randomBytes(4).toString('hex')}`
    const holder = new pg.Client({ connectionString: inject('postgresUrl') })
    await holder.connect()
    await holder.query(`CREATE TABLE ${table} (id int PRIMARY KEY, n int); INSERT INTO ${table} VALUES (1, 0), (2, 0)`)
    await holder.query(`BEGIN; UPDATE ${table} SET n = 1 WHERE id = 1`)
    return { table, holder }
  }

  test('is not reused: its unfinished work is not committed', async () => {
    const { table, holder } = await lockedRow()
    const pool = createPool(inject('postgresUrl'), { bounds: shortly, max: 1 })
    const first = await pool.connect()
    await first.query(`BEGIN; UPDATE ${table} SET n = 7 WHERE id = 2`)
    await expect(first.query(`UPDATE ${table} SET n = 7 WHERE id = 1`)).rejects.toThrow('Query read timeout')
    await first.query('ROLLBACK').catch(() => undefined)
    first.release()

    const second = await pool.connect()
    await second.query('BEGIN')
    await second.query('COMMIT')
    second.release()
    await holder.query('COMMIT')
    const others = `FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%${table}%'`
    await vi.waitFor(async () => expect((await holder.query(`SELECT ${others}`)).rowCount).toBe(0))
    expect((await holder.query(`SELECT n FROM ${table} ORDER BY id`)).rows).toEqual([{ n: 1 }, { n: 0 }])
    await holder.end()
    await pool.end()
  })

  test('is not reused by the next command through Prisma', async () => {
    const { table, holder } = await lockedRow()
    const database = new PrismaClient({ adapter: prismaAdapter(inject('postgresUrl'), 'public', shortly) })
    const work = database.$transaction(
      async (transaction) => {
        await transaction.$executeRawUnsafe(`UPDATE public.${table} SET n = 7 WHERE id = 2`)
        await transaction.$executeRawUnsafe(`UPDATE public.${table} SET n = 7 WHERE id = 1`)
      },
      { timeout: 200 },
    )
    await expect(work).rejects.toThrow()
    for (let n = 0; n < 12; n++) await database.$transaction((transaction) => transaction.$queryRawUnsafe('SELECT 1'))
    await holder.query('COMMIT')
    expect((await holder.query(`SELECT n FROM ${table} ORDER BY id`)).rows).toEqual([{ n: 1 }, { n: 0 }])
    await holder.end()
    await database.$disconnect()
  })

  test('is destroyed when it returns to the pool with an open transaction', async () => {
    const pool = createPool(inject('postgresUrl'), { bounds: requestBounds, max: 1 })
    const first = await pool.connect()
    const pidOf = async (client: pg.PoolClient) => (await client.query('SELECT pg_backend_pid() AS pid')).rows[0]?.pid
    const pid = await pidOf(first)
    await first.query('BEGIN')
    first.release()
    const second = await pool.connect()
    const other = await pidOf(second)
    expect(other).not.toBe(pid)
    second.release()
    const third = await pool.connect()
    expect(await pidOf(third)).toBe(other)
    third.release()
    await pool.end()
  })
})
