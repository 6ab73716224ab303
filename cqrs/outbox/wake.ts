import type { Sql } from '#toolkit/database/client.ts'

/** The channel on which a relay is notified of new rows. */
export const channelOf = (schema: string): string => `${schema}_outbox`

/**
 * Notifies the relay of new rows. Call it after the commit: a NOTIFY in the transaction makes PostgreSQL serialize
 * commits. If a notification is lost, the relay finds the rows at its next poll. While one is being sent, further calls
 * share the next one.
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
