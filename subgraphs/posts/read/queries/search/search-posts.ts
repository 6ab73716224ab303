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
import type { Reads } from '#toolkit/database/client.ts'
import { sql, table } from '#toolkit/database/sql-template.ts'
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
 * Published posts that match the search text, best first; words in the title weigh most.
 * @throws INVALID_INPUT unless the query has 1 to 200 characters, for an invalid size, or a cursor of another query
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
  // querytree returns "T" or "" for a query that only excludes words or has none.
  const where = sql`${published} AND p.search @@ ${all} AND querytree(${all}) NOT IN ('', 'T')`
  const found = { from: sql`${table(reader.schema, 'posts')} p`, where }
  const { columns, from } = posts(reader, where)

  // Ranking must read every match, so do it once, count the same result, and read whole posts only for the page.
  const { text, values } = sql`
    WITH found AS MATERIALIZED (
      SELECT p.id, ts_rank('{0.1, 0.2, 0.4, 1.0}', p.search, ${any})::float8 AS rank FROM ${found.from} WHERE ${where})
    SELECT ${columns}, found.rank, (SELECT count(*)::int FROM found) AS total
    FROM (SELECT * FROM found WHERE ${between(page)} ${ordered(page)}) found JOIN ${from} ON p.id = found.id
    ${ordered(page)}`
  const rows = await read.$queryRawUnsafe<(SeenPost & { readonly total: number })[]>(text, ...values)
  return toConnection(page, rows, async () => rows[0]?.total ?? (await countRows(read, found)))
}
