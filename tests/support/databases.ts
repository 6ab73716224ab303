import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { databaseSide } from '#infra/databases.ts'
import { ensureDatabase, migrate } from '#infra/migrate.ts'
import type { ServiceName } from '#subgraphs/services.ts'
import { alterDatabase, type DatabaseSettings } from './alter-database.ts'

/** A new, empty, migrated database for one test file; it goes with the server at the end of the run. */
export async function createTestDatabase(
  service: ServiceName,
  side: 'write' | 'read',
  settings: DatabaseSettings = {},
): Promise<{ readonly url: string; readonly schema: string }> {
  const found = databaseSide(service, side)
  const url = await ensureDatabase(inject('postgresUrl'), `test_${randomBytes(6).toString('hex')}`)
  await alterDatabase(url, settings)
  await migrate(found, url, found.schema)
  return { url, schema: found.schema }
}
