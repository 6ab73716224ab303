import type { Kind, Session } from './session.ts'

const PAGE = 5_000

/**
 * Copies pending and parked events into `pending_event`, without their values. Commands are refused and the relay is
 * held, so meanwhile only republished states are added.
 */
export async function copyPending<Store>(
  session: Session,
  schema: string,
  kinds: readonly Kind<Store>[],
): Promise<void> {
  for (const table of ['outbox', 'outbox_parked'])
    for (let after = '0'; ; ) {
      const { rows } = await session.query<{ last: string | null }>(
        `WITH page AS (SELECT * FROM "${schema}".${table} WHERE id > $1 ORDER BY id LIMIT ${PAGE}),
              copied AS (
                INSERT INTO pending_event (kind, id, "outboxId", version, type, "eventId", time, parked)
                SELECT kinds.kind, key::uuid, id, version, type, "eventId"::text, time, $4
                FROM page JOIN unnest($2::int[], $3::text[]) AS kinds(kind, topic) USING (topic)
              )
         SELECT max(id) AS last FROM page`,
        [
          after,
          kinds.map(({ number }) => number),
          kinds.map(({ aggregate }) => aggregate.topic.name),
          table !== 'outbox',
        ],
      )
      const last = rows[0]?.last
      if (!last) break
      after = last
    }
  await session.query('ANALYZE pending_event')
}
