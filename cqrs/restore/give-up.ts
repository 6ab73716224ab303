import { forgetKeys } from '../command/idempotency.ts'
import type { Sql } from '../database/client.ts'
import { PAGE_TRANSACTION } from '../outbox/republish.ts'
import type { Dropped } from './overtaken.ts'
import type { Writing } from './overwrite.ts'
import type { Kind } from './session.ts'

/**
 * Takes away rows that the log has never heard of: made after the restore, and in the way of a state of the log's. Only
 * their owners were told of them, and nobody else.
 * @param ids others among them are left alone
 * @returns the events that are dropped with them
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
