import { type Connection, countRows, type PageArguments, readPage, readRows, toConnection } from '#cqrs/graphql/page.ts'
import { readId } from '#cqrs/graphql/uuid.ts'
import type { PrismaClient } from '#prisma/posts/read/generated/client.ts'
import { join, sql, table } from '#toolkit/database/sql-template.ts'
import { unauthenticated } from '#toolkit/graphql/errors.ts'
import { readTag } from './read-tag.ts'
import { newestFirst, posts, published, type Reader, type SeenPost, seen } from './seen-posts.ts'

/** A filter of posts. All given fields must match. */
type PostFilter = {
  readonly authorId?: string | null | undefined
  readonly tag?: string | null | undefined
  readonly favoritedBy?: string | null | undefined
  readonly hidden?: boolean | null | undefined
}

/**
 * Published posts, or hidden ones that the reader may see, newest first.
 * @throws INVALID_INPUT for an invalid filter, size or cursor; UNAUTHENTICATED when nobody asks for hidden posts
 */
export async function listPosts(
  read: PrismaClient,
  reader: Reader,
  args: PageArguments,
  filter: PostFilter,
): Promise<Connection<SeenPost>> {
  const authorId = filter.authorId == null ? undefined : readId(filter.authorId, 'filter.authorId')
  const tag = filter.tag == null ? undefined : readTag(filter.tag, 'filter.tag')
  const favoritedBy = filter.favoritedBy == null ? undefined : readId(filter.favoritedBy, 'filter.favoritedBy')

  if (filter.hidden && reader.userId === null) throw unauthenticated()

  const conditions = filter.hidden ? [sql`p.hidden`, seen(reader)] : [published]
  if (authorId) conditions.push(sql`p."authorId" = ${authorId}::uuid`)
  if (tag) conditions.push(sql`p.tags @> ARRAY[${tag}]`)
  if (favoritedBy)
    conditions.push(sql`p.id IN (
      SELECT f."postId" FROM ${table(reader.schema, 'favorites')} f WHERE f."userId" = ${favoritedBy}::uuid AND f.active)`)
  const source = posts(reader, join(conditions, ' AND '))

  /** Reads a counter if one exists for exactly this filter, else counts rows. */
  async function totalCount(): Promise<number> {
    if (filter.hidden || favoritedBy || (authorId && tag) || !(authorId || tag)) return countRows(read, source)
    const counter = authorId
      ? await read.user.findUnique({ where: { id: authorId } })
      : await read.tag.findUnique({ where: { id: tag ?? '' } })
    return counter?.postsCount ?? 0
  }

  const page = readPage('posts', newestFirst, args)
  return toConnection(page, await readRows<SeenPost>(read, source, page), totalCount)
}
