import type { Reads } from '#cqrs/database/client.ts'
import { sql, table } from '#cqrs/database/sql-template.ts'
import {
  between,
  type Connection,
  countRows,
  type Order,
  ordered,
  type PageArguments,
  readPage,
  toConnection,
} from '#cqrs/graphql/page.ts'
import { posts, published, type Reader, type SeenPost } from '../seen-posts.ts'
import { readQuery, tsqueries } from './asked.ts'

/** Best first. */
const byRank: Order = {
  direction: 'desc',
  by: [
    { sql: sql`found.rank`, type: 'float8', field: 'rank' },
    { sql: sql`found.id`, type: 'uuid', field: 'id' },
  ],
}

/**
 * Published posts that have the words that are asked for, those that have them in the title first.
 * @throws INVALID_INPUT for a query that has not 1 to 200 characters, for a bad size, and for a cursor of another query
 */
export async function searchPosts(
  read: Reads,
  reader: Reader,
  query: string,
  args: PageArguments,
): Promise<Connection<SeenPost>> {
  const asked = readQuery(query)
  const page = readPage(`searchPosts ${asked}`, byRank, args)
  const { all, any } = tsqueries(asked)
  // Of a query that says only what is not wanted, or nothing, querytree leaves "T" or "".
  const where = sql`${published} AND p.search @@ ${all} AND querytree(${all}) NOT IN ('', 'T')`
  const found = { from: sql`${table(reader.schema, 'posts')} p`, where }
  const { columns, from } = posts(reader, where)

  // Ranks are made once, matches are counted where they lie, and posts are read once the page is known: ranking reads
  // every match as it is.
  const { text, values } = sql`
    WITH found AS MATERIALIZED (
      SELECT p.id, ts_rank('{0.1, 0.2, 0.4, 1.0}', p.search, ${any})::float8 AS rank FROM ${found.from} WHERE ${where})
    SELECT ${columns}, found.rank, (SELECT count(*)::int FROM found) AS total
    FROM (SELECT * FROM found WHERE ${between(page)} ${ordered(page)}) found JOIN ${from} ON p.id = found.id
    ${ordered(page)}`
  const rows = await read.$queryRawUnsafe<(SeenPost & { readonly total: number })[]>(text, ...values)
  return toConnection(page, rows, async () => rows[0]?.total ?? (await countRows(read, found)))
}
