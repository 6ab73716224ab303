import { type DatabaseUrls, databases } from '../databases.ts'
import { ensureDatabase, migrate } from './migrate.ts'

/**
 * Creates the missing databases on one PostgreSQL server, and applies the missing migrations to each. Safe to run
 * concurrently and repeatedly.
 * @param onApplied called for each side with the names of the migrations applied to it
 * @throws MigrationFailed
 */
export async function migrateDatabases(
  postgresUrl: string,
  onApplied: (side: string, names: readonly string[]) => void = () => undefined,
): Promise<DatabaseUrls> {
  const urls: Record<string, string> = {}
  for (const side of databases) {
    const url = await ensureDatabase(postgresUrl, side.database)
    onApplied(`${side.service} ${side.side}`, await migrate(side, url, side.schema))
    urls[`${side.service}.${side.side}`] = url
  }
  return urls as DatabaseUrls
}
