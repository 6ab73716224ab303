import { decodeCursor, encodeCursor } from './cursor.ts'
import { invalidInput } from './errors.ts'

/** The arguments of a Relay connection, as GraphQL hands them over. */
export type PageArguments = {
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
  readonly last?: number | null | undefined
  readonly before?: string | null | undefined
}

/** Rows of a list in the list's own order, between two ids, counted from one end. */
export type Page = {
  /** Its name; cursors of other lists are refused. */
  readonly list: string
  /** The order of ids in the list. */
  readonly order: 'asc' | 'desc'
  /** How many rows, 0 to 100. */
  readonly size: number
  /** Counted from the end of the list. */
  readonly backward: boolean
  readonly after: string | undefined
  readonly before: string | undefined
}

/** How many rows a page has unless told, and at most. */
const STANDARD = 20
const MOST = 100

/** @throws INVALID_INPUT for a size out of bounds, for both `first` and `last`, and for a cursor of another list */
export function readPage(list: string, order: 'asc' | 'desc', { first, after, last, before }: PageArguments): Page {
  if (first != null && last != null) throw invalidInput('Ask for `first` or for `last`, not for both.', 'last')
  const argument = last == null ? 'first' : 'last'
  const size = last ?? first ?? STANDARD
  if (size < 0 || size > MOST) throw invalidInput(`\`${argument}\` must be 0 to ${MOST}; it was ${size}.`, argument)
  return {
    list,
    order,
    size,
    backward: last != null,
    after: after == null ? undefined : decodeCursor(list, after, 'after'),
    before: before == null ? undefined : decodeCursor(list, before, 'before'),
  }
}

/** The page as arguments of Prisma's findMany: one row more than asked, to know whether there are more. */
export function keyset({ order, size, backward, after, before }: Page) {
  const [later, earlier] = order === 'asc' ? (['gt', 'lt'] as const) : (['lt', 'gt'] as const)
  return {
    where: { id: { ...(after && { [later]: after }), ...(before && { [earlier]: before }) } },
    orderBy: { id: backward ? opposite(order) : order },
    take: size + 1,
  }
}

export const opposite = (order: 'asc' | 'desc') => (order === 'asc' ? 'desc' : 'asc')

/** A Relay connection. `totalCount` is asked only when the query asks it. */
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

/** @param found the rows in the order they were read, with the one more than the page's size if there is one */
export function toConnection<Row extends { readonly id: string }>(
  page: Page,
  found: readonly Row[],
  totalCount: () => Promise<number>,
): Connection<Row> {
  const more = found.length > page.size
  const read = found.slice(0, page.size)
  const nodes = page.backward ? read.toReversed() : read
  const edges = nodes.map((node) => ({ cursor: encodeCursor(page.list, node.id), node }))
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
