import type { Projection } from './projection.ts'

/** The projections into one PostgreSQL schema: a generation of a read model, or the references of a write side. */
export type Model = {
  readonly schema: string
  readonly projections: readonly Projection[]
  /** Every table that is written to, in the order in which all transactions lock them. */
  readonly tables: readonly string[]
}

/** The part of a model that a topic feeds. @param topic with its prefix */
export const fedBy = (model: Model, topic: string, topicPrefix: string): Model => ({
  ...model,
  projections: model.projections.filter((projection) => topicPrefix + projection.topic.name === topic),
})

/**
 * Checks the rules that prevent deadlocks: each table is in the lock order, and a counter's table comes after the table
 * that it counts. @throws with the violation
 * @param lookedUp the table of looked-up rows, which change no counters
 */
export function assertLockOrder(
  { projections, tables }: Pick<Model, 'projections' | 'tables'>,
  lookedUp?: string,
): void {
  const assertListed = (table: string) => {
    if (!tables.includes(table)) throw new Error(`table ${table} is missing in the lock order ${tables.join(', ')}`)
  }
  if (lookedUp) assertListed(lookedUp)
  for (const { table, counts = [] } of projections) {
    assertListed(table)
    if (table === lookedUp && counts.length > 0)
      throw new Error(`table ${table} is counted from, so its rows cannot be looked up`)
    for (const { table: counted } of counts) {
      assertListed(counted)
      if (tables.indexOf(counted) <= tables.indexOf(table))
        throw new Error(`table ${counted} is counted from ${table} and must come after it in ${tables.join(', ')}`)
    }
  }
}
