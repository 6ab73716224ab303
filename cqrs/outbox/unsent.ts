import type { Event } from '../broker/envelope.ts'
import type { Queries } from '../database/sql.ts'

/** An event that Kafka has not acknowledged yet. */
export type PendingRow = Event & { readonly id: bigint }

/** At most this many rows, and about this many bytes, go out in one send. Half of the topics' `max.message.bytes`. */
const ROWS = 500
const BYTES = 512 * 1024

/**
 * For the session that reads the outbox. A table scan walks over rows that are deleted and not vacuumed yet, and a bitmap
 * fetches and sorts a whole backlog for each page. PostgreSQL chooses both where its statistics are old, as they always are
 * of a table that fills and empties.
 */
export const ONLY_INDEXES = 'SET enable_seqscan = off; SET enable_bitmapscan = off'

/** The oldest unsent rows. When `more`, there may be others behind them; `last` is then the id to go on from. */
export type Page = { readonly rows: readonly PendingRow[]; readonly more: boolean }

/** PostgreSQL's `pg_snapshot` as text, `xmin:xmax:xip`: which transactions a statement saw. */
type Snapshot = string

/**
 * Reads the outbox in drains. A drain sends whatever one snapshot sees, page by page in the order of ids; the next one
 * reads only rows of transactions that this snapshot did not see, by the index on `xid`. So no poll walks over deleted
 * rows that a long transaction (a backup) keeps in the table, and a row that commits late is not missed: its
 * transaction is one of those. See docs/adr/0014-polling-by-snapshots.md.
 *
 * Each page must be sent and deleted before the next one is asked for. After a failure make another reader: it begins
 * with all rows.
 */
export function createUnsentReader(schema: string) {
  const outbox = `"${schema}".outbox`
  /** As of the last drain that was finished. */
  let seen: Snapshot | undefined
  /** The drain that goes on: its first page's snapshot, and the last id that it read. */
  let drain: { readonly snapshot: Snapshot; readonly after: bigint } | undefined

  return async function next(client: Queries): Promise<Page> {
    if (!seen && !drain) await adoptForeign(client, outbox)
    const found = await (drain
      ? readPage(client, restOf(outbox), [drain.after, drain.snapshot])
      : seen
        ? readPage(client, unseenOf(outbox), notIn(seen))
        : readPage(client, `SELECT * FROM ${outbox}`, []))
    const snapshot = drain?.snapshot ?? found.snapshot
    const after = found.rows.at(-1)?.id
    drain = found.more && after !== undefined ? { snapshot, after } : undefined
    if (!drain) seen = snapshot
    return found
  }
}

/**
 * A page behind the first. What committed since the first page is left to the next drain: of two rows of one key that
 * did, the later one may stand here and the earlier one before this page.
 */
const restOf = (outbox: string) =>
  `SELECT * FROM ${outbox} WHERE id > $1 AND pg_visible_in_snapshot(xid, $2::pg_snapshot)`

/** In two parts and materialized, so that each part can only be read by the index on `xid`. */
const unseenOf = (outbox: string) =>
  `WITH unseen AS MATERIALIZED (
     SELECT * FROM ${outbox} WHERE xid >= $1::xid8
     UNION ALL
     SELECT * FROM ${outbox} WHERE xid = ANY($2::xid8[]))
   SELECT * FROM unseen`

/** Which transactions a snapshot did not see: from its xmax on, and those in progress. */
function notIn(snapshot: Snapshot): [string, string[]] {
  const [, xmax = '0', inProgress] = snapshot.split(':')
  return [xmax, inProgress ? inProgress.split(',') : []]
}

/**
 * Rows that were restored from another server's dump carry its transaction ids. A row that a statement sees while its
 * snapshot does not see the transaction is such a row; it is given an id of this server.
 */
const adoptForeign = (client: Queries, outbox: string) =>
  client.query(
    `UPDATE ${outbox} SET xid = pg_current_xact_id()
     WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()) AND NOT pg_visible_in_snapshot(xid, pg_current_snapshot())`,
  )

/** Not a prepared statement: its plan would stay as it was made, for a table that was small then. */
async function readPage(client: Queries, from: string, values: unknown[]): Promise<Page & { snapshot: Snapshot }> {
  const { rows } = await client.query<
    Omit<PendingRow, 'id'> & { snapshot: Snapshot; id: string | null; found: number }
  >(pageOf(from), values)
  const events = rows.flatMap(({ id, snapshot: _, found: __, ...event }) =>
    id === null ? [] : [{ ...event, id: BigInt(id) }],
  )
  const found = rows[0]?.found ?? 0
  return { rows: events, more: found === ROWS || found > events.length, snapshot: rows[0]?.snapshot ?? '' }
}

/** The statement of one page: the snapshot comes with the rows, and alone when there is none. One row at least is taken. */
const pageOf = (from: string) =>
  `SELECT pg_current_snapshot()::text AS snapshot, page.* FROM (SELECT) AS always LEFT JOIN (
     SELECT id, topic, key, version, type, "eventId", time, trace, value, found FROM (
       SELECT *, count(*) OVER ()::int AS found,
         sum(octet_length(value)) OVER (ORDER BY id) - octet_length(value) AS before
       FROM (${from} ORDER BY id LIMIT ${ROWS}) AS oldest
     ) AS measured WHERE before < ${BYTES}
   ) AS page ON true ORDER BY id`
