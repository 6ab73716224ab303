import type { Sql, WriteDatabase } from '#toolkit/database/client.ts'
import type { Aggregate, AggregateState } from '../command/aggregate.ts'
import { createRepublish, type Republish } from '../outbox/republish.ts'
import { createWake } from '../outbox/wake.ts'
import type { Owned } from '../projection/repair.ts'
import { type Restored, type RestoreOptions, restore } from '../restore/restore.ts'
import { WRITE_SCHEMA } from './write-schema.ts'

/** A service's write database, as a source to repair the log. */
export type WriteSide = {
  /** For the service's own projector: what it needs to repair each topic. */
  readonly owned: readonly Owned[]
  /** Republishes aggregates of every kind. @param keys ids; unknown ones are ignored */
  readonly republish: Republish
  /** Rolls the database forward from the log, after it was restored from a backup. */
  restore(options: RestoreOptions): Promise<Restored>
  close(): Promise<void>
}

export function openWriteSide<Store, Transaction extends Sql>(options: {
  readonly database: WriteDatabase<Transaction> & { $disconnect(): Promise<void> }
  readonly store: (transaction: Transaction) => Store
  readonly aggregates: readonly Aggregate<AggregateState, Store>[]
}): WriteSide {
  const { database, store, aggregates } = options
  const onCommit = createWake(database, WRITE_SCHEMA)
  const owned = aggregates.map((aggregate) => ({
    topic: aggregate.topic,
    republish: createRepublish({ database, schema: WRITE_SCHEMA, store, aggregate, onCommit }),
  }))
  return {
    owned,
    async republish(keys, onProgress) {
      let written = 0
      for (const { republish } of owned) written += await republish(keys, (more) => onProgress?.(written + more))
      return written
    },
    restore: (options) => restore({ database, schema: WRITE_SCHEMA, store, aggregates, onCommit }, options),
    close: () => database.$disconnect(),
  }
}
