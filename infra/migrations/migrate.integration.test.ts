import { readdirSync } from 'node:fs'
import pg from 'pg'
import { describe, expect, inject, test } from 'vitest'
import { createTestDatabase } from '../../tests/support/databases.ts'
import { databaseSide, databases } from '../databases.ts'
import { ensureDatabase, migrate } from './migrate.ts'
import { migrationsFolder, openEngine } from './schema-engine.ts'

const query = async (url: string, sql: string, values: unknown[] = []) => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql, values)).rows
  } finally {
    await client.end()
  }
}

const columns = (url: string, schema: string) =>
  query(
    url,
    `SELECT table_name, column_name, data_type, is_nullable, replace(column_default, quote_ident($1) || '.', '') AS column_default
     FROM information_schema.columns WHERE table_schema = $1 AND table_name <> '_prisma_migrations' ORDER BY 1, 2`,
    [schema],
  )

const indexes = (url: string, schema: string) =>
  query(
    url,
    `SELECT replace(indexdef, quote_ident($1) || '.', '') AS index FROM pg_indexes
     WHERE schemaname = $1 AND tablename <> '_prisma_migrations' ORDER BY 1`,
    [schema],
  )

describe.each(databases)('migrations of $service $side', ({ service, side }) => {
  test('create the tables of schema.prisma', async () => {
    const { url, schema } = await createTestDatabase(service, side)
    const engine = await openEngine({ service, side }, url, schema)
    const script = (await engine.diff(undefined)).replace(/CREATE SCHEMA IF NOT EXISTS .*/, '')
    await engine.close()
    await query(url, 'CREATE SCHEMA meant')
    await query(url, `SET search_path = meant; ${script}`)
    expect(await columns(url, schema)).toEqual(await columns(url, 'meant'))
    expect(await indexes(url, schema)).toEqual(await indexes(url, 'meant'))
  })
})

test('internal tables are the same on every side that has them', async () => {
  const machinery = new Map<string, unknown[]>()
  for (const { service, side } of databases) {
    const { url, schema } = await createTestDatabase(service, side)
    for (const column of await columns(url, schema)) {
      if (
        !['outbox', 'outbox_parked', 'idempotency_key', 'projection_offset', 'dead_letter'].includes(column.table_name)
      )
        continue
      const name = `${column.table_name}.${column.column_name}`
      machinery.set(name, [...(machinery.get(name) ?? []), JSON.stringify(column)])
    }
  }
  expect(machinery.size).toBeGreaterThan(30)
  for (const definitions of machinery.values()) expect(new Set(definitions).size).toBe(1)
})

describe('migrate', () => {
  const side = databaseSide('users', 'write')

  test('applies each migration once, even when run concurrently', async () => {
    const url = await ensureDatabase(inject('postgresUrl'), 'migrate_once')
    const applied = await Promise.all([migrate(side, url, 'write'), migrate(side, url, 'write')])
    expect(applied.flat().sort()).toEqual(readdirSync(migrationsFolder(side)).sort())
    expect(await migrate(side, url, 'write')).toEqual([])
  })

  test('names a migration that was edited after it was applied', async () => {
    const url = await ensureDatabase(inject('postgresUrl'), 'migrate_edited')
    await migrate(side, url, 'write')
    await query(url, `UPDATE "write"._prisma_migrations SET checksum = 'x'`)
    await expect(migrate(side, url, 'write')).rejects.toThrow(/_init in write of database migrate_edited .* was edited/)
  })
})

describe('a database', () => {
  test('inherits neither encoding nor locale from its server', async () => {
    const url = await ensureDatabase(inject('postgresUrl'), 'migrate_locale')
    expect(
      await query(
        url,
        `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider, datlocale, datcollate FROM pg_database
         WHERE datname = current_database()`,
      ),
    ).toEqual([{ encoding: 'UTF8', datlocprovider: 'b', datlocale: 'C.UTF-8', datcollate: 'C' }])
  })

  test('with another encoding is refused with the reason', async () => {
    await query(inject('postgresUrl'), `CREATE DATABASE migrate_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`)
    await expect(ensureDatabase(inject('postgresUrl'), 'migrate_latin')).rejects.toThrow(
      'The database migrate_latin has the encoding LATIN1, and UTF8 is needed: make it again.',
    )
  })
})
