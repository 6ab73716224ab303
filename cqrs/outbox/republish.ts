import { v7 as uuidv7 } from 'uuid'
import type { Sql, WriteDatabase } from '#toolkit/database/client.ts'
import type { Event } from '../broker/envelope.ts'
import type { Aggregate, AggregateState } from '../command/aggregate.ts'
import { appendAllAlthoughBehind } from './outbox.ts'

/** The number of aggregates that one transaction locks. */
export const PAGE = 200

/** Options of transactions that process one page of a table. */
export const PAGE_TRANSACTION = { isolationLevel: 'ReadCommitted', timeout: 60_000, maxWait: 10_000 } as const

/** @param keys ids to republish; all aggregates by default. @returns how many were written */
export type Republish = (keys?: readonly string[], onProgress?: (written: number) => void) => Promise<number>

/** Suffix of the type of an event that only repeats a state, without a change to the aggregate. */
export const REPUBLISHED = '.republished.v1'

/** The event that repeats an aggregate's current state. */
export const republishedEvent = <State extends AggregateState>(
  aggregate: Pick<Aggregate<State, never>, 'name' | 'topic' | 'encode'>,
  state: State,
): Event => ({
  topic: aggregate.topic.name,
  key: state.id,
  version: state.version,
  type: `inkstream.${aggregate.name.toLowerCase()}${REPUBLISHED}`,
  eventId: uuidv7(),
  time: new Date(),
  trace: null,
  value: aggregate.encode(state),
})

/**
 * Writes outbox rows from the current state of aggregates, under each row's lock, so that no command's event can come
 * in between. The versions stay: consumers that already have them drop the copies. The remedy for a lost topic, a wrong
 * key, a new topic version, and an old state that was appended after a newer one.
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
    database.$transaction(async (transaction) => {
      const locked = await transaction.$queryRawUnsafe<{ id: string }[]>(
        `SELECT id FROM "${schema}"."${aggregate.table}"
         WHERE id > $1::uuid AND ($2::uuid[] IS NULL OR id = ANY($2::uuid[])) ORDER BY id LIMIT ${PAGE} FOR UPDATE`,
        after,
        keys ?? null,
      )
      const ids = locked.map(({ id }) => id)
      const states = await aggregate.findMany(options.store(transaction), ids)
      if (states.length < ids.length) throw new Error(`rows of ${aggregate.table} are locked and cannot be found`)
      await appendAllAlthoughBehind(
        transaction,
        schema,
        states.map((state) => republishedEvent(aggregate, state)),
      )
      return ids
    }, PAGE_TRANSACTION)

  return async function republish(keys, onProgress) {
    let written = 0
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const locked = await page(keys, after)
      options.onCommit()
      written += locked.length
      onProgress?.(written)
      const last = locked.at(-1)
      if (!last || locked.length < PAGE) return written
      after = last
    }
  }
}
