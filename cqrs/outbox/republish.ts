import { v7 as uuidv7 } from 'uuid'
import type { Aggregate, AggregateState } from '../command/aggregate.ts'
import type { Sql, WriteDatabase } from '../command/database.ts'
import { appendAlthoughBehind } from './outbox.ts'

/** How many aggregates one transaction locks. */
const PAGE = 200

/** @param keys ids to republish; all aggregates when left out. @returns how many were written */
export type Republish = (keys?: readonly string[], onProgress?: (written: number) => void) => Promise<number>

/**
 * Writes outbox rows from the current state of aggregates, under each row's lock, so that no command's event can slip
 * in between. The versions stay: consumers that have them drop the copies. The cure for a lost topic, a wrong key, a
 * new topic version, and for an old state that was appended behind a newer one.
 */
export function createRepublish<State extends AggregateState, Store, Transaction extends Sql>(options: {
  readonly database: WriteDatabase<Transaction>
  readonly schema: string
  readonly store: (transaction: Transaction) => Store
  readonly aggregate: Aggregate<State, Store>
  /** Wakes the relay. */
  readonly onCommit: () => void
}): Republish {
  const { database, schema, aggregate } = options

  const page = (keys: readonly string[] | undefined, after: string) =>
    database.$transaction(
      async (transaction) => {
        const locked = await transaction.$queryRawUnsafe<{ id: string }[]>(
          `SELECT id FROM "${schema}"."${aggregate.table}"
           WHERE id > $1::uuid AND ($2::uuid[] IS NULL OR id = ANY($2::uuid[])) ORDER BY id LIMIT ${PAGE} FOR UPDATE`,
          after,
          keys ?? null,
        )
        for (const { id } of locked) await append(transaction, id)
        return locked
      },
      { isolationLevel: 'ReadCommitted', timeout: 60_000, maxWait: 10_000 },
    )

  async function append(transaction: Transaction, id: string): Promise<void> {
    const state = await aggregate.find(options.store(transaction), id)
    if (!state) throw new Error(`${aggregate.name} ${id} is locked and cannot be found`)
    await appendAlthoughBehind(transaction, schema, {
      topic: aggregate.topic.name,
      key: id,
      version: state.version,
      type: `inkstream.${aggregate.name.toLowerCase()}.republished.v1`,
      eventId: uuidv7(),
      time: new Date(),
      trace: null,
      value: aggregate.encode(state),
    })
  }

  return async function republish(keys, onProgress) {
    let written = 0
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const locked = await page(keys, after)
      options.onCommit()
      written += locked.length
      onProgress?.(written)
      const last = locked.at(-1)
      if (!last || locked.length < PAGE) return written
      after = last.id
    }
  }
}
