import type { Sql } from '#toolkit/database/client.ts'
import { WriteDatabaseBehind } from '#toolkit/database/faults.ts'
import type { Event } from '../broker/envelope.ts'

const unlessBehind = (schema: string) => `WHERE NOT EXISTS (SELECT FROM "${schema}".behind_log)`

/**
 * Puts an event into the outbox, in the transaction that changed its aggregate. The topic is stored without its prefix,
 * so the writer need not know the broker.
 * @throws WriteDatabaseBehind while the write database is recorded as behind its topics
 */
export async function appendToOutbox(sql: Sql, schema: string, event: Event): Promise<void> {
  const written = await sql.$executeRawUnsafe(
    `INSERT INTO "${schema}".outbox (topic, key, version, type, "eventId", time, trace, value)
     SELECT $1, $2, $3::int, $4, $5::uuid, $6::timestamptz, $7, $8::bytea ${unlessBehind(schema)}`,
    event.topic,
    event.key,
    event.version,
    event.type,
    event.eventId,
    event.time,
    event.trace,
    event.value,
  )
  if (written === 0) throw new WriteDatabaseBehind()
}

/** The same for many events, in order, with one statement. */
export async function appendAllToOutbox(sql: Sql, schema: string, events: readonly Event[]): Promise<void> {
  const written = await insertAll(sql, schema, events, unlessBehind(schema))
  if (written === 0 && events.length > 0) throw new WriteDatabaseBehind()
}

/** The same for the operator's remedies, which run while commands are refused. */
export const appendAllAlthoughBehind = async (sql: Sql, schema: string, events: readonly Event[]): Promise<void> =>
  void (await insertAll(sql, schema, events, ''))

const insertAll = (sql: Sql, schema: string, events: readonly Event[], condition: string): PromiseLike<number> =>
  sql.$executeRawUnsafe(
    `INSERT INTO "${schema}".outbox (topic, key, version, type, "eventId", time, trace, value)
     SELECT topic, key, version, type, "eventId", time, trace, value
     FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::uuid[], $6::timestamptz[], $7::text[], $8::bytea[])
       WITH ORDINALITY AS event(topic, key, version, type, "eventId", time, trace, value, n) ${condition} ORDER BY n`,
    events.map(({ topic }) => topic),
    events.map(({ key }) => key),
    events.map(({ version }) => version),
    events.map(({ type }) => type),
    events.map(({ eventId }) => eventId),
    events.map(({ time }) => time),
    events.map(({ trace }) => trace),
    events.map(({ value }) => value),
  )
