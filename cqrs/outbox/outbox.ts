import type { Event } from '../broker/envelope.ts'
import type { Sql } from '../command/database.ts'

/** The write database was put back to an older state than its topics hold: commands are refused until that is repaired. */
export class WriteDatabaseBehind extends Error {
  override name = 'WriteDatabaseBehind'
  constructor() {
    super('the write database is behind its own topics. See `npm run ops -- status`; `ops -- restored` repairs it.')
  }
}

/**
 * Puts an event into the outbox, in the transaction that changed its aggregate. The topic stands there without its
 * prefix: who writes it need not know the broker.
 * @throws WriteDatabaseBehind while the relay has found the write database to be behind its topics
 */
export async function appendToOutbox(sql: Sql, schema: string, event: Event): Promise<void> {
  const written = await insert(sql, schema, event, `WHERE NOT EXISTS (SELECT FROM "${schema}".behind_log)`)
  if (written === 0) throw new WriteDatabaseBehind()
}

/** The same for many events, in one statement. */
export async function appendAllToOutbox(sql: Sql, schema: string, events: readonly Event[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map((event) => ({ ...event, value: Buffer.from(event.value).toString('base64') }))
  const written = await sql.$executeRawUnsafe(
    `INSERT INTO "${schema}".outbox (topic, key, version, type, "eventId", time, trace, value)
     SELECT topic, key, version, type, "eventId", time, trace, decode(value, 'base64')
     FROM jsonb_to_recordset($1::jsonb) AS event(
       topic text, key text, version int, type text, "eventId" uuid, time timestamptz, trace text, value text)
     WHERE NOT EXISTS (SELECT FROM "${schema}".behind_log)`,
    JSON.stringify(rows),
  )
  if (written === 0) throw new WriteDatabaseBehind()
}

/** The same as `appendToOutbox` for the operator's remedies, which run while commands are refused. */
export const appendAlthoughBehind = async (sql: Sql, schema: string, event: Event): Promise<void> =>
  void (await insert(sql, schema, event))

const insert = (sql: Sql, schema: string, event: Event, condition = ''): PromiseLike<number> =>
  sql.$executeRawUnsafe(
    `INSERT INTO "${schema}".outbox (topic, key, version, type, "eventId", time, trace, value)
     SELECT $1, $2, $3::int, $4, $5::uuid, $6::timestamptz, $7, $8::bytea ${condition}`,
    event.topic,
    event.key,
    event.version,
    event.type,
    event.eventId,
    event.time,
    event.trace,
    event.value,
  )
