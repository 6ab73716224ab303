import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { databaseSide } from '#infra/databases.ts'
import type { ServiceName } from '#subgraphs/services.ts'
import type { DatabaseSettings } from './alter-database.ts'
import { createMigratedDatabase } from './migrated-database.ts'

/** A new, empty, migrated database for one test file. It is removed with the server at the end of the run. */
export async function createTestDatabase(
  service: ServiceName,
  side: 'write' | 'read',
  settings: DatabaseSettings = {},
): Promise<{ readonly url: string; readonly schema: string }> {
  const found = databaseSide(service, side)
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = await createMigratedDatabase(inject('postgresUrl'), name, [found], settings)
  return { url, schema: found.schema }
}
