import type { Queries } from './sql.ts'

/** The number of rows that one statement deletes. */
const AT_ONCE = 2_000
/** The maximum duration of one call, in milliseconds. */
const BUDGET_MS = 30_000

/**
 * Deletes expired rows in batches, oldest first, until none is left or 30 seconds have passed. Locked rows are left for
 * the next call. Each batch starts at the time where the previous one ended, so that deleted rows that a long
 * transaction keeps in the index are not scanned again.
 * @param table its full name, as SQL
 * @param over the condition for expired rows, as SQL
 * @param by the time column that the condition uses, as SQL; preferably indexed
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

/** @param from the time to start at, as text; null for the first batch */
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
