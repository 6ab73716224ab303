import type { Queries } from '#toolkit/database/sql.ts'
import type { Event } from '../broker/envelope.ts'

/** An event that Kafka has not acknowledged yet. */
export type PendingRow = Event & { readonly id: bigint }

/** Limits of one send, in rows and (roughly) bytes. The bytes are half of the topics' `max.message.bytes`. */
const ROWS = 500
const BYTES = 512 * 1024

/**
 * For the session that reads the outbox. A table scan reads deleted rows that are not vacuumed yet, and a bitmap scan
 * fetches and sorts the whole backlog for each page. PostgreSQL chooses them when its statistics are stale, as they
 * always are for a table that fills and empties.
 */
export const ONLY_INDEXES = 'SET enable_seqscan = off; SET enable_bitmapscan = off'

/** The oldest unsent rows. `more` says that others may follow them. */
export type Page = { readonly rows: readonly PendingRow[]; readonly more: boolean }

/** PostgreSQL's `pg_snapshot` as text, `xmin:xmax:xip`: the transactions that a statement saw. */
type Snapshot = string

/**
 * Reads the outbox in drains. A drain reads all rows that one snapshot sees, page by page in the order of ids. The next
 * drain reads only rows of transactions that this snapshot did not see, by the index on `xid`. So no poll scans deleted
 * rows that a long transaction (a backup) keeps in the table, and a row that commits late is not missed, since the
 * snapshot did not see its transaction. See docs/adr/0014-polling-by-snapshots.md.
 *
 * Each page must be sent and deleted before the next one is requested. After a failure, create a new reader: it starts
 * with all rows.
 */
export function createUnsentReader(schema: string) {
  const outbox = `"${schema}".outbox`
  /** The snapshot of the last finished drain. */
  let seen: Snapshot | undefined
  /** The drain in progress: the snapshot of its first page, and the last id that it read. */
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
 * A page after the first. Rows committed since the first page are left to the next drain: of two such rows of one key,
 * the later may be on this page and the earlier before it.
 */
const restOf = (outbox: string) =>
  `SELECT * FROM ${outbox} WHERE id > $1 AND pg_visible_in_snapshot(xid, $2::pg_snapshot)`

/** Two materialized parts, so that PostgreSQL can read each only by the index on `xid`. */
const unseenOf = (outbox: string) =>
  `WITH unseen AS MATERIALIZED (
     SELECT * FROM ${outbox} WHERE xid >= $1::xid8
     UNION ALL
     SELECT * FROM ${outbox} WHERE xid = ANY($2::xid8[]))
   SELECT * FROM unseen`

/** The transactions that a snapshot did not see: those from its xmax on, and those in progress. */
function notIn(snapshot: Snapshot): [string, string[]] {
  const [, xmax = '0', inProgress] = snapshot.split(':')
  return [xmax, inProgress ? inProgress.split(',') : []]
}

/**
 * Rows restored from another server's dump carry that server's transaction ids. They are recognized because a statement
 * sees the row while its snapshot does not see the transaction. They get a transaction id of this server.
 */
const adoptForeign = (client: Queries, outbox: string) =>
  client.query(
    `UPDATE ${outbox} SET xid = pg_current_xact_id()
     WHERE xid >= pg_snapshot_xmin(pg_current_snapshot()) AND NOT pg_visible_in_snapshot(xid, pg_current_snapshot())`,
  )

/** Not a prepared statement: PostgreSQL would keep a plan made while the table was small. */
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

/** The query for one page: returns the snapshot with the rows, or alone if there are none. Takes at least one row. */
const pageOf = (from: string) =>
  `SELECT pg_current_snapshot()::text AS snapshot, page.* FROM (SELECT) AS always LEFT JOIN (
     SELECT id, topic, key, version, type, "eventId", time, trace, value, found FROM (
       SELECT *, count(*) OVER ()::int AS found,
         sum(octet_length(value)) OVER (ORDER BY id) - octet_length(value) AS before
       FROM (${from} ORDER BY id LIMIT ${ROWS}) AS oldest
     ) AS measured WHERE before < ${BYTES}
   ) AS page ON true ORDER BY id`
