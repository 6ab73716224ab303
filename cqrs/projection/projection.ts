import type { ListedTopic } from '../broker/topics.ts'

/** A value of a column; a Date for a timestamp, several texts for an array of texts or ids. */
export type Value = string | number | boolean | Date | readonly string[] | null

/** A row of a read table, without its version and its counters. Every row of a table has the same columns. */
export type Row = { readonly id: string; readonly [column: string]: Value }

/** A row with the version of the aggregate that it was mapped from. */
export type VersionedRow = { readonly row: Row; readonly version: number }

/** A counter in another table, updated when rows of this one change. */
export type Count<R extends Row = Row, Column extends string = string> = {
  readonly table: string
  /** The column of this row with the other table's row id, or several ids; null counts nowhere. */
  readonly key: Column
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
  readonly counts?: readonly Count[]
}

/**
 * Defines a projection. `row` must return the same columns for every state; the compiler checks the columns that
 * `counts` names against them.
 * @example
 * export const comments = projection({
 *   topic: topics.comments,
 *   table: 'comments',
 *   row: (comment) => ({ id: comment.id, postId: comment.postId, body: comment.body, visible: !comment.deleted }),
 *   // How many visible comments each post has, in `commentsCount` of `post_counts`.
 *   counts: [{ table: 'post_counts', key: 'postId', column: 'commentsCount', when: (row) => row.visible }],
 * })
 */
export const projection = <State, R extends Row>(
  definition: Omit<Projection<State, R>, 'counts'> & { readonly counts?: readonly Count<R, keyof R & string>[] },
): Projection<State, R> => definition
