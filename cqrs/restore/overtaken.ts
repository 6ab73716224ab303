import { REPUBLISHED } from '../outbox/republish.ts'
import { BEFORE_ALL, type Kind, type Session } from './session.ts'

const PAGE = 2_000

/** The event of a command that was accepted although the log had newer states of its aggregate. */
export type Dropped = { readonly id: string; readonly version: number; readonly type: string }

/**
 * SQL condition: the pending event `p` is of a command that was accepted after the restore. The log has a state `l` of
 * the same or a later version, but from an earlier time. An event that was pending when the backup was made is in the
 * log itself, or is older than `l`.
 */
const acceptedTooLate = `NOT p.parked AND p.type NOT LIKE '%${REPUBLISHED}' AND p."eventId" IS DISTINCT FROM l."eventId"
  AND (l.time IS NULL OR p.time > l.time)`

/**
 * Collects in `overtaken` the states of the log that are newer than their rows, or that win over a forked row. A row is
 * forked if a command changed it after the restore without the log's state.
 * @param giveUp ids of rows whose changes are given up: the log's states win there too
 * @returns how many
 */
export async function findOvertaken<Store>(
  session: Session,
  schema: string,
  { number, aggregate }: Kind<Store>,
  giveUp: readonly string[],
): Promise<number> {
  let found = 0
  for (let after = BEFORE_ALL; ; ) {
    const { rows } = await session.query<{ last: string | null; found: number }>(
      `WITH page AS (
         SELECT kind, id, version, "eventId", time FROM log_state WHERE kind = $1 AND id > $2 ORDER BY id LIMIT ${PAGE}
       ), found AS (
         INSERT INTO overtaken (kind, id, was, forked)
         SELECT l.kind, l.id, coalesce(row.version, 0), fork.is
         FROM page l LEFT JOIN "${schema}"."${aggregate.table}" row ON row.id = l.id
         CROSS JOIN LATERAL (SELECT (l.id = ANY($3::uuid[]) AND row.version > l.version) OR EXISTS (
           SELECT FROM pending_event p
           WHERE p.kind = l.kind AND p.id = l.id AND p.version <= l.version AND ${acceptedTooLate}) AS is) fork
         WHERE coalesce(row.version, 0) < l.version OR fork.is
         RETURNING id
       )
       SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last, (SELECT count(*)::int FROM found) AS found`,
      [number, after, giveUp],
    )
    const [page] = rows
    if (!page?.last) break
    after = page.last
    found += page.found
  }
  await session.query('ANALYZE overtaken')
  return found
}

/** The events dropped because the log's state wins, to inform their senders. Without those that the log supersedes. */
export async function droppedEvents<Store>(session: Session, { number }: Kind<Store>): Promise<readonly Dropped[]> {
  const { rows } = await session.query<Dropped>(
    `SELECT p.id, p.version, p.type FROM overtaken o
       JOIN log_state l USING (kind, id) JOIN pending_event p USING (kind, id)
     WHERE o.kind = $1 AND o.forked AND ${acceptedTooLate} ORDER BY p.id, p.version`,
    [number],
  )
  return rows
}
