import type { Sql } from '#cqrs/command/database.ts'
import { type Connection, type PageArguments, readPage, readRows, toConnection } from '#cqrs/graphql/page.ts'
import { sql, table } from '#cqrs/graphql/sql.ts'
import { newestFirst, posts, published, type Reader, type SeenPost } from './seen-posts.ts'

/** Published posts of those whom a user follows, newest first. @throws INVALID_INPUT for a bad size or cursor */
export async function feed(
  read: Sql,
  reader: Reader,
  userId: string,
  args: PageArguments,
): Promise<Connection<SeenPost>> {
  const follows = table(reader.schema, 'follows')
  const source = posts(
    reader,
    sql`${published} AND p."authorId" IN (
      SELECT f."followeeId" FROM ${follows} f WHERE f."followerId" = ${userId}::uuid AND f.active)`,
  )

  /** From the counters of those who are followed. */
  async function totalCount(): Promise<number> {
    const { text, values } = sql`
      SELECT coalesce(sum(u."postsCount"), 0)::int AS count
      FROM ${follows} f JOIN ${table(reader.schema, 'users')} u ON u.id = f."followeeId"
      WHERE f."followerId" = ${userId}::uuid AND f.active`
    const [row] = await read.$queryRawUnsafe<{ count: number }[]>(text, ...values)
    return row?.count ?? 0
  }

  const page = readPage('feed', newestFirst, args)
  return toConnection(page, await readRows<SeenPost>(read, source, page), totalCount)
}
