import type { ListedTopic } from '../broker/topics.ts'

/** A value of a column; a Date for a timestamp. */
export type Value = string | number | boolean | Date | null

/** A row of a read table, without its version and its counters. */
export type Row = { readonly id: string; readonly [column: string]: Value }

/** A counter in another table, kept from how rows of this one change. */
export type Count<R extends Row> = {
  readonly table: string
  /** The column of this row that holds the id of the other table's row. */
  readonly key: keyof R & string
  /** The counter in the other table. */
  readonly column: string
  /** Which rows count. */
  when(row: R): boolean
}

/** A pure mapping of an aggregate's state to one row of a read table. */
export type Projection<State = unknown, R extends Row = Row> = {
  readonly topic: ListedTopic<State>
  readonly table: string
  row(state: State): R
  readonly counts?: readonly Count<R>[]
}

export const projection = <State, R extends Row>(definition: Projection<State, R>): Projection =>
  definition as unknown as Projection
