import type { Event } from '../broker/envelope.ts'
import type { Sql } from '../command/database.ts'

/**
 * Puts an event into the outbox, in the transaction that changed its aggregate. The topic stands there without its
 * prefix: who writes it need not know the broker.
 */
export const appendToOutbox = async (sql: Sql, schema: string, event: Event): Promise<void> =>
  void (await sql.$executeRawUnsafe(
    `INSERT INTO "${schema}".outbox (topic, key, version, type, "eventId", time, trace, value)
     VALUES ($1, $2, $3, $4, $5::uuid, $6, $7, $8)`,
    event.topic,
    event.key,
    event.version,
    event.type,
    event.eventId,
    event.time,
    event.trace,
    event.value,
  ))
