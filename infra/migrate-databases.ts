import { type DatabaseUrls, databases } from './databases.ts'
import { ensureDatabase, migrate } from './migrate.ts'

/**
 * Makes the databases that are missing on one PostgreSQL server, and applies the migrations that are missing in each.
 * Can run beside another, and again.
 * @param onApplied told of each side and the names of the migrations that were applied to it
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
