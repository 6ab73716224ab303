import type { Sql } from '../command/database.ts'
import { opposite, type Page } from './page.ts'

/** A list of rows that hang on parents, such as the posts of users. Names are Prisma's, and the code's own. */
export type ChildTable = {
  readonly schema: string
  readonly table: string
  /** The column that holds the parent's id. */
  readonly parent: string
  /** The columns of a row, among them `id`. */
  readonly columns: readonly string[]
}

const quote = (name: string) => `"${name}"`

/**
 * One page of visible children for each of many parents, by one statement.
 * @returns the rows by parent, each with the one more than the page's size if there is one
 */
export async function childPages<Row>(
  sql: Sql,
  { schema, table, parent, columns }: ChildTable,
  parents: readonly string[],
  { order, size, backward, after, before }: Page,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const direction = backward ? opposite(order) : order
  const [later, earlier] = order === 'asc' ? ['>', '<'] : ['<', '>']
  const rows = await sql.$queryRawUnsafe<(Row & { parentOfRow: string })[]>(
    `SELECT parents.id AS "parentOfRow", child.* FROM unnest($1::uuid[]) AS parents(id) CROSS JOIN LATERAL (
       SELECT ${columns.map(quote).join(', ')} FROM ${quote(schema)}.${quote(table)}
       WHERE ${quote(parent)} = parents.id AND visible
         AND ($2::uuid IS NULL OR id ${later} $2::uuid) AND ($3::uuid IS NULL OR id ${earlier} $3::uuid)
       ORDER BY id ${direction} LIMIT $4) AS child`,
    parents,
    after ?? null,
    before ?? null,
    size + 1,
  )
  return Map.groupBy(rows, (row) => row.parentOfRow)
}

/** How many visible children each of many parents has, by one statement. */
export async function childCounts(
  sql: Sql,
  { schema, table, parent }: Omit<ChildTable, 'columns'>,
  parents: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.$queryRawUnsafe<{ id: string; count: number }[]>(
    `SELECT ${quote(parent)} AS id, count(*)::int AS count FROM ${quote(schema)}.${quote(table)}
     WHERE ${quote(parent)} = ANY($1::uuid[]) AND visible GROUP BY 1`,
    parents,
  )
  return new Map(rows.map(({ id, count }) => [id, count]))
}
