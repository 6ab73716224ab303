import type { Sql } from '#toolkit/database/client.ts'
import { type Query, sql } from '#toolkit/database/sql-template.ts'
import { loader, loaderByArguments } from './loaders.ts'
import {
  between,
  type Connection,
  type Order,
  ordered,
  type Page,
  type PageArguments,
  readPage,
  type Source,
  toConnection,
} from './page.ts'

/** The parent's id, in the SQL of a list whose rows belong to parents, such as the posts of users. */
export const parentId: Query = sql`parents.id`

/** Reads a page of children for each of many parents, with one statement. @returns for each parent, as readRows does */
export async function childPages<Row>(
  database: Sql,
  { columns, from, where }: Source,
  parents: readonly string[],
  page: Page,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const { text, values } = sql`
    SELECT parents.id AS "parentOfRow", child.* FROM unnest(${parents}::uuid[]) AS parents(id) CROSS JOIN LATERAL (
      SELECT ${columns} FROM ${from} WHERE ${where} AND ${between(page)} ${ordered(page)}) AS child`
  const rows = await database.$queryRawUnsafe<(Row & { parentOfRow: string })[]>(text, ...values)
  return Map.groupBy(rows, (row) => row.parentOfRow)
}

/**
 * Connections below many parents in one request: one statement for all with equal arguments, and one more if totalCount
 * is selected.
 * @param counts counts the children of each of these parents, with one statement
 */
export function childConnections<Row extends object>(
  database: Sql,
  {
    list,
    order,
    source,
    counts,
  }: {
    readonly list: string
    readonly order: Order
    readonly source: Source
    readonly counts: (parents: readonly string[]) => Promise<ReadonlyMap<string, number>>
  },
): (parent: string, args: PageArguments) => Promise<Connection<Row>> {
  const totals = loader<string, number>(counts)
  const pages = loaderByArguments((args: PageArguments) => {
    const page = readPage(list, order, args)
    return loader<string, readonly Row[]>((parents) => childPages<Row>(database, source, parents, page))
  })
  return async (parent, args) =>
    toConnection(
      readPage(list, order, args),
      (await pages(args).load(parent)) ?? [],
      async () => (await totals.load(parent)) ?? 0,
    )
}
