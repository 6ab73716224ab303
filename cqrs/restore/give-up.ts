import type { Sql } from '#toolkit/database/client.ts'
import { forgetKeys } from '../command/idempotency.ts'
import { PAGE_TRANSACTION } from '../outbox/republish.ts'
import type { Dropped } from './overtaken.ts'
import type { Writing } from './overwrite.ts'
import type { Kind } from './session.ts'

/**
 * Deletes rows that the log does not have: they were created after the restore and conflict with a state of the log.
 * Nobody but their owners has seen them.
 * @param ids ids of other rows are ignored
 * @returns the events that are dropped with the rows
 */
export async function giveUpRows<Store, Transaction extends Sql>(
  { session, database, schema, store }: Writing<Store, Transaction>,
  { number, aggregate }: Kind<Store>,
  ids: readonly string[],
  dry: boolean,
): Promise<readonly Dropped[]> {
  const { rows } = await session.query<Dropped & { outboxId: string }>(
    `SELECT id, version, type, "outboxId" FROM pending_event p
     WHERE kind = $1 AND id = ANY($2::uuid[]) AND NOT parked
       AND NOT EXISTS (SELECT FROM log_state l WHERE l.kind = p.kind AND l.id = p.id) ORDER BY id, version`,
    [number, ids],
  )
  const unheardOf = [...new Set(rows.map(({ id }) => id))]
  if (!dry && unheardOf.length > 0)
    await database.$transaction(async (transaction) => {
      await transaction.$executeRawUnsafe(
        `DELETE FROM "${schema}".outbox WHERE id = ANY($1::bigint[])`,
        rows.map(({ outboxId }) => outboxId),
      )
      await transaction.$executeRawUnsafe(
        `DELETE FROM "${schema}"."${aggregate.table}" WHERE id = ANY($1::uuid[])`,
        unheardOf,
      )
      await forgetKeys(transaction, schema, rows)
      for (const id of unheardOf) await aggregate.restored?.(store(transaction), id, undefined)
    }, PAGE_TRANSACTION)
  return rows.map(({ id, version, type }) => ({ id, version, type }))
}
