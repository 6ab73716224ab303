import { childPages, parentId } from '#cqrs/graphql/children.ts'
import { loader, loaderByArguments } from '#cqrs/graphql/loaders.ts'
import { type Order, readPage, readSize, type Source } from '#cqrs/graphql/page.ts'
import type { Sql } from '#toolkit/database/client.ts'
import { sql, table } from '#toolkit/database/sql-template.ts'
import { anonymous } from './authors.ts'
import type { Reader } from './seen-posts.ts'

/** A comment as this service shows it on a post. */
export type Preview = {
  readonly id: string
  readonly body: string
  readonly createdAt: Date
  readonly authorId: string
  readonly username: string
  readonly fullName: string
  readonly avatarUrl: string | null
}

/** How many comments a preview has by default, and at most. */
const STANDARD = 3
const MOST = 10

const newestFirst: Order = { direction: 'desc', by: [{ sql: sql`c.id`, type: 'uuid', field: 'id' }] }

/** The newest comments of posts with their authors' names, in one statement. */
export function latestComments(read: Sql, { schema }: Reader) {
  const source: Source = {
    columns: sql`c.id, c.body, c."createdAt", c."authorId",
      coalesce(u.username, ${anonymous.username}) AS username, coalesce(u."fullName", ${anonymous.fullName}) AS "fullName",
      nullif(u."avatarUrl", '') AS "avatarUrl"`,
    from: sql`${table(schema, 'comments')} c
      LEFT JOIN ${table(schema, 'users')} u ON u.id = c."authorId" AND u.version > 0 AND NOT u.deleted`,
    where: sql`c."postId" = ${parentId} AND c.visible`,
  }
  const previews = loaderByArguments((first: number) =>
    loader<string, readonly Preview[]>((posts) =>
      // childPages reads one row more than the size, to detect a next page. A preview has none, so ask for one less.
      childPages<Preview>(read, source, posts, readPage('latestComments', newestFirst, { first: first - 1 })),
    ),
  )
  /** @throws INVALID_INPUT when the size is out of bounds */
  return async (postId: string, first: number | null | undefined): Promise<readonly Preview[]> => {
    const size = readSize(first, 'first', STANDARD, MOST)
    return size === 0 ? [] : ((await previews(size).load(postId)) ?? [])
  }
}
