import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { databases } from '#infra/databases.ts'
import { ensureDatabase, migrate } from '#infra/migrate.ts'
import { alterDatabase, type DatabaseSettings } from './alter-database.ts'

/** A new, empty, migrated database for one test file; it goes with the server at the end of the run. */
export async function createTestDatabase(
  service: 'users' | 'posts' | 'comments',
  side: 'write' | 'read',
  settings: DatabaseSettings = {},
): Promise<{ readonly url: string; readonly schema: string }> {
  const found = databases.find((database) => database.service === service && database.side === side)
  if (!found) throw new Error(`no database side ${service} ${side}`)
  const url = await ensureDatabase(inject('postgresUrl'), `test_${randomBytes(6).toString('hex')}`)
  await alterDatabase(url, settings)
  await migrate(found, url, found.schema)
  return { url, schema: found.schema }
}
