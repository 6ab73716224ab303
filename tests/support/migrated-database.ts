import pg from 'pg'
import type { DatabaseSide } from '#infra/databases.ts'
import { alterDatabase, type DatabaseSettings } from './alter-database.ts'

/**
 * Creates a database with the tables of these sides. With the server's settings, it copies a template that the first
 * call of a run migrates; with other settings, it migrates the database under them.
 * @returns the database's url
 */
export async function createMigratedDatabase(
  serverUrl: string,
  name: string,
  sides: readonly DatabaseSide[],
  settings: DatabaseSettings = {},
): Promise<string> {
  if (Object.keys(settings).length > 0) return migrateNew(serverUrl, name, sides, settings)
  const template = `template_${sides.map(({ service, schema }) => `${service}_${schema}`).join('_')}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [template])
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [template])
    if (rowCount === 0) {
      await migrateNew(serverUrl, template, sides, settings)
      await client.query(`ALTER DATABASE ${template} IS_TEMPLATE true`)
    }
    await client.query('SELECT pg_advisory_unlock(hashtext($1))', [template])
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${template}`)
  } finally {
    await client.end()
  }
  return new URL(`/${name}`, serverUrl).href
}

async function migrateNew(
  serverUrl: string,
  name: string,
  sides: readonly DatabaseSide[],
  settings: DatabaseSettings,
): Promise<string> {
  // Imported here because loading the migration engine takes longer than a copy.
  const { ensureDatabase, migrate } = await import('#infra/migrations/migrate.ts')
  const url = await ensureDatabase(serverUrl, name)
  await alterDatabase(url, settings)
  for (const side of sides) await migrate(side, url, side.schema)
  return url
}
