import { CannotStart } from './cannot-start.ts'
import { MigrationFailed } from './migrate.ts'

/** Rethrows a fault of a server that you brought in words that say which; of one that we started, as it is. */
export const namingServer = (what: string | undefined) => (error: Error) => {
  if (!what || error instanceof MigrationFailed || error instanceof CannotStart) throw error
  throw new CannotStart(`${what}: ${error.message}`)
}

/** A server's url as it may be shown. */
export function withoutPassword(url: string): string {
  const shown = new URL(url)
  shown.password = ''
  return shown.href
}
