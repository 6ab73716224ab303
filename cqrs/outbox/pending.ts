import type pg from 'pg'
import type { Event } from '../broker/envelope.ts'

/** An event that Kafka has not acknowledged yet. */
export type PendingRow = Event & { readonly id: bigint }

type Queries = Pick<pg.ClientBase, 'query'>

/** At most this many rows, and about this many bytes, go out in one send. Half of the topics' `max.message.bytes`. */
const ROWS = 500
const BYTES = 512 * 1024

/** The oldest pending rows, in the order of their ids. At least one, if there is any, however large. */
export async function pendingRows(client: Queries, schema: string): Promise<PendingRow[]> {
  const { rows } = await client.query<Omit<PendingRow, 'id'> & { id: string }>({
    name: 'pending-rows',
    text: `SELECT id, topic, key, version, type, "eventId", time, trace, value FROM (
             SELECT *, sum(octet_length(value)) OVER (ORDER BY id) - octet_length(value) AS before
             FROM (SELECT * FROM "${schema}".outbox ORDER BY id LIMIT ${ROWS}) AS oldest
           ) AS measured WHERE before < ${BYTES} ORDER BY id`,
  })
  return rows.map((row) => ({ ...row, id: BigInt(row.id) }))
}

/** How many rows wait, and since when the oldest does. */
export async function outboxState(client: Queries, schema: string) {
  const { rows } = await client.query<{ pending: number; parked: number; oldest: Date | null }>(
    `SELECT (SELECT count(*)::int FROM "${schema}".outbox) AS pending,
            (SELECT count(*)::int FROM "${schema}".outbox_parked) AS parked,
            (SELECT time FROM "${schema}".outbox ORDER BY id LIMIT 1) AS oldest`,
  )
  return rows[0] ?? { pending: 0, parked: 0, oldest: null }
}

/** Takes acknowledged rows out. An older parked row of the same key is closed by them: its state is superseded. */
export async function acknowledge(client: Queries, schema: string, rows: readonly PendingRow[]): Promise<void> {
  await client.query({
    name: 'acknowledge',
    text: `WITH sent AS (DELETE FROM "${schema}".outbox WHERE id = ANY($1::bigint[]) RETURNING id, topic, key)
           DELETE FROM "${schema}".outbox_parked AS parked USING sent
           WHERE parked.topic = sent.topic AND parked.key = sent.key AND parked.id < sent.id`,
    values: [rows.map((row) => row.id)],
  })
}

/** Takes a row that Kafka refuses for good out of the way of those behind it. */
export async function park(client: Queries, schema: string, row: PendingRow, error: string): Promise<void> {
  await client.query(
    `WITH refused AS (DELETE FROM "${schema}".outbox WHERE id = $1 RETURNING *)
     INSERT INTO "${schema}".outbox_parked (id, topic, key, version, type, "eventId", time, trace, value, error)
     SELECT id, topic, key, version, type, "eventId", time, trace, value, $2 FROM refused`,
    [row.id, error],
  )
}
