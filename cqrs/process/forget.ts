import type { Queries } from '../database/sql.ts'

/** How many rows one statement takes. */
const AT_ONCE = 2_000
/** How long one call goes on, in milliseconds. */
const BUDGET_MS = 30_000

/**
 * Deletes rows that are over, oldest first and a piece at a time, until none is left or 30 seconds have passed. Rows that
 * somebody holds are left for the next call. Each piece begins at the time where the one before it ended: a long
 * transaction may keep deleted rows in the index, and they are not walked over again.
 * @param table by its full name, as SQL
 * @param over which rows, as SQL
 * @param by the column of the time that decides, as SQL; best with an index
 * @returns how many were deleted
 */
export async function forget(client: Queries, table: string, over: string, by: string): Promise<number> {
  const until = performance.now() + BUDGET_MS
  let forgotten = 0
  let from: string | null = null
  do {
    const piece = await forgetPiece(client, table, over, by, from)
    forgotten += piece.count
    if (piece.count < AT_ONCE) break
    from = piece.last
  } while (performance.now() < until)
  return forgotten
}

/** @param from the time to begin at, as text; null for the first piece */
async function forgetPiece(client: Queries, table: string, over: string, by: string, from: string | null) {
  const { rows } = await client.query<{ count: number; last: string | null }>(
    `WITH gone AS (DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM ${table} WHERE ${over} ${from === null ? '' : `AND ${by} >= $1`}
       ORDER BY ${by} LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)) RETURNING ${by} AS at)
     SELECT count(*)::int AS count, max(at)::text AS last FROM gone`,
    from === null ? [] : [from],
  )
  return rows[0] ?? { count: 0, last: null }
}
