import pg from 'pg'
import { createClient } from '#toolkit/database/connect.ts'
import { unbounded } from '#toolkit/database/settings.ts'
import { migrationsFolder, openEngine, type Side } from './schema-engine.ts'

/** A migration that cannot be applied. The message names it and says what to do. */
export class MigrationFailed extends Error {}

/** Projections need the previous row of an upsert, which this version and later ones return. */
const POSTGRESQL = 18

/** SQLSTATE undefined_object, for a setting that the server does not know. */
const UNKNOWN_SETTING = '42704'

const tooOld = (version: string) =>
  new MigrationFailed(`PostgreSQL ${POSTGRESQL} or later is needed, and this is ${version}.`)

/** Overrides the server's defaults, which decide how text is sorted and lower-cased. */
const LIKE_EVERYWHERE = `TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'`

/**
 * Creates the database if it is missing, with an encoding and a locale that do not depend on the server's.
 * @returns the url of the database on that server
 * @throws MigrationFailed when the server is too old, or the database has another encoding
 */
export async function ensureDatabase(serverUrl: string, name: string): Promise<string> {
  const url = new URL(serverUrl)
  const client = createClient(url.href, { bounds: unbounded })
  await client.connect().catch((error: { code?: string }) => {
    // A server before 17 rejects a setting that every connection uses.
    throw error.code === UNKNOWN_SETTING ? tooOld('older') : error
  })
  try {
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    )
    const major = Math.floor((rows[0]?.version ?? 0) / 10_000)
    if (major < POSTGRESQL) throw tooOld(String(major))
    const { rows: found } = await client.query<{ encoding: string }>(
      'SELECT pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = $1',
      [name],
    )
    const encoding = found[0]?.encoding ?? 'UTF8'
    if (encoding !== 'UTF8')
      throw new MigrationFailed(`The database ${name} has the encoding ${encoding}, and UTF8 is needed: make it again.`)
    if (found.length === 0)
      await client
        .query(`CREATE DATABASE ${pg.escapeIdentifier(name)} ${LIKE_EVERYWHERE}`)
        .catch((error: { code?: string }) => {
          if (error.code !== '42P04' && error.code !== '23505') throw error // created concurrently
        })
  } finally {
    await client.end()
  }
  url.pathname = `/${name}`
  return url.href
}

/**
 * Applies a side's missing migrations to the PostgreSQL schema, which is created if it is missing. Concurrent runs on
 * one database wait for each other. Needs a direct connection.
 * @returns the names of the applied migrations
 * @throws MigrationFailed when one fails, or when an applied one was edited later
 */
export async function migrate(side: Side, url: string, schema: string): Promise<readonly string[]> {
  const lock = createClient(url, { bounds: unbounded })
  await lock.connect()
  try {
    await lock.query(`SELECT pg_advisory_lock(hashtextextended('inkstream.migrate', 0))`)
    await lock.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`)
    const engine = await openEngine(side, url, schema)
    const where = `${schema} of database ${new URL(url).pathname.slice(1)} (${migrationsFolder(side)})`
    try {
      const { editedMigrationNames, failedMigrationNames } = await engine.diagnose()
      const [edited] = editedMigrationNames
      const [failed] = failedMigrationNames
      if (edited)
        throw new MigrationFailed(
          `Migration ${edited} in ${where} was edited after it had been applied. Restore the file and write another migration (npm run migration).`,
        )
      if (failed)
        throw new MigrationFailed(
          `Migration ${failed} in ${where} failed earlier. Mend what it complained about, delete its row from "${schema}"._prisma_migrations and migrate again.`,
        )
      return (await engine.apply()).appliedMigrationNames
    } catch (error) {
      if (error instanceof MigrationFailed) throw error
      throw new MigrationFailed(`Could not migrate ${where}: ${(error as Error).message}`, { cause: error })
    } finally {
      await engine.close()
    }
  } finally {
    await lock.end()
  }
}
