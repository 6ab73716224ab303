import { between, type Connection, ordered, type PageArguments, readPage, toConnection } from '#cqrs/graphql/page.ts'
import type { Sql } from '#toolkit/database/client.ts'
import { sql, table } from '#toolkit/database/sql-template.ts'
import { isThere, newestFirst, posts, published, type Reader, type SeenPost } from './seen-posts.ts'

/** Published posts by followed users, newest first. @throws INVALID_INPUT for an invalid size or cursor */
export async function feed(
  read: Sql,
  reader: Reader,
  userId: string,
  args: PageArguments,
): Promise<Connection<SeenPost>> {
  const page = readPage('feed', newestFirst, args)
  const followed = sql`${table(reader.schema, 'follows')} f`
  const active = sql`f."followerId" = ${userId}::uuid AND f.active AND ${isThere(reader.schema, userId)}`
  const { columns, from } = posts(reader, published)

  // Reads one page from each author and keeps the newest posts of all. So the cost depends neither on the age of the
  // posts nor on how many other users have written since.
  const { text, values } = sql`
    SELECT ${columns} FROM (
      SELECT p.id FROM ${followed} CROSS JOIN LATERAL (
        SELECT p.id, p."publishedAt" FROM ${table(reader.schema, 'posts')} p
        WHERE p."authorId" = f."followeeId" AND ${published} AND ${between(page)} ${ordered(page)}) p
      WHERE ${active} ${ordered(page)}) found
    JOIN ${from} ON p.id = found.id ${ordered(page)}`
  const rows = await read.$queryRawUnsafe<SeenPost[]>(text, ...values)

  /** The sum of the followed users' counters. */
  async function totalCount(): Promise<number> {
    const { text, values } = sql`
      SELECT coalesce(sum(u."postsCount"), 0)::int AS count
      FROM ${followed} JOIN ${table(reader.schema, 'users')} u ON u.id = f."followeeId" WHERE ${active}`
    const [row] = await read.$queryRawUnsafe<{ count: number }[]>(text, ...values)
    return row?.count ?? 0
  }
  return toConnection(page, rows, totalCount)
}
