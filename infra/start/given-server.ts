import { CannotStart } from '../cannot-start.ts'
import { MigrationFailed } from '../migrations/migrate.ts'

/** Adds the name of a server that the user configured to its error; errors of embedded servers stay as they are. */
export const namingServer = (what: string | undefined) => (error: Error) => {
  if (!what || error instanceof MigrationFailed || error instanceof CannotStart) throw error
  throw new CannotStart(`${what}: ${error.message}`)
}

/** A server's url, safe to show. */
export function withoutPassword(url: string): string {
  const shown = new URL(url)
  shown.password = ''
  return shown.href
}
