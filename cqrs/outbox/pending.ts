import type { Queries } from '#toolkit/database/sql.ts'
import type { PendingRow } from './unsent.ts'

/** Counting stops at this many rows. */
export const COUNTED = 10_000

/** The number of pending rows, 10000 when there are that many or more, and the time of the oldest. */
export type OutboxState = { readonly pending: number; readonly parked: number; readonly oldest: Date | null }

/** Counts the whole outbox. Scans deleted rows that are not vacuumed yet, so do not call it for every poll. */
export async function outboxState(client: Queries, schema: string): Promise<OutboxState> {
  const { rows } = await client.query<OutboxState>(
    `SELECT (SELECT count(*)::int FROM (SELECT FROM "${schema}".outbox LIMIT ${COUNTED}) AS counted) AS pending,
            (SELECT count(*)::int FROM "${schema}".outbox_parked) AS parked,
            (SELECT time FROM "${schema}".outbox ORDER BY id LIMIT 1) AS oldest`,
  )
  return rows[0] ?? { pending: 0, parked: 0, oldest: null }
}

/** How many rows are pending after this id, 10000 at most. */
export async function countBehind(client: Queries, schema: string, id: bigint): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM "${schema}".outbox WHERE id > $1 LIMIT ${COUNTED}) AS counted`,
    [id],
  )
  return rows[0]?.count ?? 0
}

/** How a send moved the position of a partition. */
export type Move = {
  /** With its prefix. */
  readonly topic: string
  readonly partition: number
  /** The position recorded before. */
  readonly from: bigint
  /** The position to record. */
  readonly to: bigint
}

/**
 * Deletes acknowledged rows and records the positions of their partitions. Also closes older parked rows of the same
 * keys, since their states are superseded.
 * @returns the number of closed rows and of moved positions; one whose recorded position is not `from` does not move
 */
export async function acknowledge(
  client: Queries,
  schema: string,
  rows: readonly PendingRow[],
  moves: readonly Move[],
): Promise<{ readonly closed: number; readonly moved: number }> {
  const answer = await client.query<{ closed: number; moved: number }>({
    name: 'acknowledge',
    text: `WITH sent AS (DELETE FROM "${schema}".outbox WHERE id = ANY($1::bigint[]) RETURNING id, topic, key),
             closed AS (DELETE FROM "${schema}".outbox_parked AS parked USING sent
               WHERE parked.topic = sent.topic AND parked.key = sent.key AND parked.id < sent.id RETURNING parked.id),
             moved AS (UPDATE "${schema}".relay_position AS position SET "nextOffset" = move.next, "updatedAt" = now()
               FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[]) AS move(topic, partition, previous, next)
               WHERE position.topic = move.topic AND position.partition = move.partition
                 AND position."nextOffset" = move.previous RETURNING position.topic)
           SELECT (SELECT count(*)::int FROM closed) AS closed, (SELECT count(*)::int FROM moved) AS moved`,
    values: [
      rows.map(({ id }) => id),
      moves.map(({ topic }) => topic),
      moves.map(({ partition }) => partition),
      moves.map(({ from }) => from),
      moves.map(({ to }) => to),
    ],
  })
  return answer.rows[0] ?? { closed: 0, moved: 0 }
}

/** Moves a row that Kafka refuses permanently aside, so that it does not block later rows. */
export async function park(client: Queries, schema: string, row: PendingRow, error: string): Promise<void> {
  await client.query(
    `WITH refused AS (DELETE FROM "${schema}".outbox WHERE id = $1 RETURNING *)
     INSERT INTO "${schema}".outbox_parked (id, topic, key, version, type, "eventId", time, trace, value, error)
     SELECT id, topic, key, version, type, "eventId", time, trace, value, $2 FROM refused`,
    [row.id, error],
  )
}
