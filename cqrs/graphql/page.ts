import type { Reads } from '#toolkit/database/client.ts'
import { join, type Query, raw, sql } from '#toolkit/database/sql-template.ts'
import { invalidInput } from '#toolkit/graphql/errors.ts'
import { isUuid } from '../command/uuid.ts'
import { decodeCursor, encodeCursor, notACursor } from './cursor.ts'

/** The arguments of a Relay connection, as received from GraphQL. */
export type PageArguments = {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
}

/** One key of an order: an SQL expression, its type, and the row field that holds its value. */
export type SortKey = {
  readonly sql: Query
  readonly type: 'uuid' | 'uuid[]' | 'timestamptz' | 'float8'
  readonly field: string
}

/** A total order of rows: the last key is unique. All keys have one direction, so that an index serves both ways. */
export type Order = { readonly direction: 'asc' | 'desc'; readonly by: readonly SortKey[] }

/** A page of a list: rows in the list's order, between two cursors, counted from one end. */
export type Page = {
  /** The list's name; cursors of other lists are refused. */
  readonly list: string
  readonly order: Order
  /** The number of rows, 0 to 100. */
  readonly size: number
  /** Whether rows are counted from the end of the list. */
  readonly backward: boolean
  readonly after: readonly string[] | undefined
  readonly before: readonly string[] | undefined
}

/** The default and the maximum number of rows in a page. */
const STANDARD = 20
const MOST = 100

/** @throws INVALID_INPUT for a size out of bounds, for both `first` and `last`, and for a cursor of another list */
export function readPage(list: string, order: Order, { first, after, last, before }: PageArguments): Page {
  if (first != null && last != null) throw invalidInput('Ask for `first` or for `last`, not for both.', 'last')
  return {
    list,
    order,
    size: last == null ? readSize(first, 'first', STANDARD, MOST) : readSize(last, 'last', STANDARD, MOST),
    backward: last != null,
    after: after == null ? undefined : readCursor(list, order, after, 'after'),
    before: before == null ? undefined : readCursor(list, order, before, 'before'),
  }
}

/** Whether a text is a value of an SQL type. Anybody can compute a cursor's checksum, so its values are checked too. */
const isOf: Readonly<Record<SortKey['type'], (value: string) => boolean>> = {
  uuid: isUuid,
  'uuid[]': (value) => /^\{[\da-f]{32}(,[\da-f]{32})*\}$/.test(value),
  timestamptz: (value) => !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value,
  float8: (value) => Number.isFinite(Number(value)) && value.trim() !== '',
}

function readCursor(list: string, { by }: Order, cursor: string, argument: string): readonly string[] {
  const values = decodeCursor(list, cursor, argument)
  if (values.length !== by.length || !by.every(({ type }, n) => isOf[type](values[n] ?? ''))) throw notACursor(argument)
  return values
}

/** A size argument. @throws INVALID_INPUT when it is out of bounds */
export function readSize(given: number | null | undefined, argument: string, standard: number, most: number): number {
  const size = given ?? standard
  if (size < 0 || size > most) throw invalidInput(`\`${argument}\` must be 0 to ${most}; it was ${size}.`, argument)
  return size
}

/** The condition that a row is between the page's cursors. */
export function between({ order, after, before }: Page): Query {
  const [later, earlier] = order.direction === 'asc' ? ['>', '<'] : ['<', '>']
  const beyond = (sign: string | undefined, values: readonly string[]) =>
    sql`(${join(order.by.map((key) => key.sql))}) ${raw(sign ?? '')} (${join(
      order.by.map(({ type }, n) => sql`${values[n]}::${raw(type)}`),
    )})`
  const conditions = [...(after ? [beyond(later, after)] : []), ...(before ? [beyond(earlier, before)] : [])]
  return conditions.length > 0 ? join(conditions, ' AND ') : sql`TRUE`
}

/** ORDER BY and LIMIT, with one row more than requested to detect whether there are more. */
export function ordered({ order, backward, size }: Page): Query {
  const direction = raw(backward === (order.direction === 'asc') ? 'DESC' : 'ASC')
  return sql`ORDER BY ${join(order.by.map((key) => sql`${key.sql} ${direction}`))} LIMIT ${size + 1}`
}

/** The source of a list's rows. */
export type Source = { readonly columns: Query; readonly from: Query; readonly where: Query }

/** Reads one page of a list with one statement. @returns its rows in reading order, with the extra row if it exists */
export const readRows = <Row>(database: Reads, { columns, from, where }: Source, page: Page): PromiseLike<Row[]> => {
  const { text, values } = sql`SELECT ${columns} FROM ${from} WHERE ${where} AND ${between(page)} ${ordered(page)}`
  return database.$queryRawUnsafe<Row[]>(text, ...values)
}

/** Counts all rows of a list. */
export async function countRows(database: Reads, { from, where }: Pick<Source, 'from' | 'where'>): Promise<number> {
  const { text, values } = sql`SELECT count(*)::int AS count FROM ${from} WHERE ${where}`
  const [row] = await database.$queryRawUnsafe<{ count: number }[]>(text, ...values)
  return row?.count ?? 0
}

/** A Relay connection. `totalCount` is computed only when the query selects it. */
export type Connection<Row> = {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[]
  readonly nodes: readonly Row[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
  readonly totalCount: () => Promise<number>
}

/** @param found the rows in reading order, with the extra row if it exists */
export function toConnection<Row extends object>(
  page: Page,
  found: readonly Row[],
  totalCount: () => Promise<number>,
): Connection<Row> {
  const more = found.length > page.size
  const read = found.slice(0, page.size)
  const nodes = page.backward ? read.toReversed() : read
  const cursor = (row: Row) =>
    encodeCursor(
      page.list,
      page.order.by.map(({ field }) => asText((row as Record<string, unknown>)[field])),
    )
  const edges = nodes.map((node) => ({ cursor: cursor(node), node }))
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: page.backward ? page.before !== undefined : more,
      hasPreviousPage: page.backward ? more : page.after !== undefined,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  }
}

function asText(value: unknown): string {
  if (value instanceof Date) return value.toISOString()
  // Without hyphens, which PostgreSQL does not need: eight ids would make a cursor that is too long.
  if (Array.isArray(value)) return `{${value.join().replaceAll('-', '')}}`
  return String(value)
}
