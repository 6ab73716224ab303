import type { Projection } from './projection.ts'

/** What is projected into one PostgreSQL schema: a generation of a read model, or the references of a write side. */
export type Model = {
  readonly schema: string
  readonly projections: readonly Projection[]
  /** Every table that is written to, in the one order in which all transactions lock them. */
  readonly tables: readonly string[]
}

/** The part of a model that a topic feeds. @param topic with its prefix */
export const fedBy = (model: Model, topic: string, topicPrefix: string): Model => ({
  ...model,
  projections: model.projections.filter((projection) => topicPrefix + projection.topic.name === topic),
})

/**
 * Holds a model against the rules that keep its transactions from deadlocking: each table is in the lock order, and a
 * counter's table comes after the table that it counts. @throws with what is wrong
 */
export function assertLockOrder({ projections, tables }: Pick<Model, 'projections' | 'tables'>): void {
  for (const { table, counts = [] } of projections)
    for (const written of [table, ...counts.map((count) => count.table)]) {
      if (!tables.includes(written))
        throw new Error(`table ${written} is missing in the lock order ${tables.join(', ')}`)
      if (written !== table && tables.indexOf(written) <= tables.indexOf(table))
        throw new Error(`table ${written} is counted from ${table} and must come after it in ${tables.join(', ')}`)
    }
}
