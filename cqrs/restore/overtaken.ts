import { REPUBLISHED } from '../outbox/republish.ts'
import { BEFORE_ALL, type Kind, type Session } from './session.ts'

const PAGE = 2_000

/** An event of a command that was accepted although the log had a later history of its aggregate. */
export type Dropped = { readonly id: string; readonly version: number; readonly type: string }

/**
 * A pending event `p` of a command that was accepted after the restore: the log has a state of its version or a later
 * one, `l`, that is older. One that waited when the backup was made is in the log itself, or older than that state.
 */
const acceptedTooLate = `NOT p.parked AND p.type NOT LIKE '%${REPUBLISHED}' AND p."eventId" IS DISTINCT FROM l."eventId"
  AND (l.time IS NULL OR p.time > l.time)`

/**
 * Finds the states of the log that are newer than their rows, into `overtaken`. Forked is a row that was changed after
 * the restore by a command that did not know of the log's state: there the log's wins.
 * @param giveUp ids of rows that nobody is to keep a change of: there the log's wins too
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

/** What is dropped where the log's state wins, for those who sent it. What the log superseded itself is not among it. */
export async function droppedEvents<Store>(session: Session, { number }: Kind<Store>): Promise<readonly Dropped[]> {
  const { rows } = await session.query<Dropped>(
    `SELECT p.id, p.version, p.type FROM overtaken o
       JOIN log_state l USING (kind, id) JOIN pending_event p USING (kind, id)
     WHERE o.kind = $1 AND o.forked AND ${acceptedTooLate} ORDER BY p.id, p.version`,
    [number],
  )
  return rows
}
