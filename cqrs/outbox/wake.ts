import type { Sql } from '../database/client.ts'

/** The channel on which a relay hears of new rows. */
export const channelOf = (schema: string): string => `${schema}_outbox`

/**
 * Tells the relay that there are rows. Called after the commit, never inside: a NOTIFY in the transaction makes
 * PostgreSQL serialize commits. A hint alone: lost, it costs the relay's poll interval. While one is on its way,
 * further calls share the next.
 */
export function createWake(sql: Sql, schema: string): () => void {
  let sending = false
  let again = false
  const send = async (): Promise<void> => {
    sending = true
    do {
      again = false
      await sql.$executeRawUnsafe(`SELECT pg_notify($1, '')`, channelOf(schema)).then(undefined, () => undefined)
    } while (again)
    sending = false
  }
  return () => {
    if (sending) again = true
    else void send()
  }
}
