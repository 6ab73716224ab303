import type pg from 'pg'

type Client = Pick<pg.ClientBase, 'query'>

/** How many rows one statement takes, and how many statements one call sends at most. */
const AT_ONCE = 1_000
const STATEMENTS = 20

/**
 * Deletes rows that are over, a piece at a time, so that nobody waits for long; 20,000 at most a call. Rows that somebody
 * holds are left for the next one.
 * @param table by its full name, as SQL
 * @param over which rows, as SQL
 * @returns how many were deleted
 */
export async function forget(client: Client, table: string, over: string): Promise<number> {
  let forgotten = 0
  for (let n = 0; n < STATEMENTS; n++) {
    const { rowCount } = await client.query(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
         SELECT ctid FROM ${table} WHERE ${over} LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`,
    )
    forgotten += rowCount ?? 0
    if ((rowCount ?? 0) < AT_ONCE) break
  }
  return forgotten
}
