import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { commentsBelow } from './comments-below.ts'
import { hasPlace, oldestFirst, type Reader } from './seen-comments.ts'

/** The top-level comments of posts, oldest first. */
export const commentsOfPosts = (read: Sql, reader: Reader) =>
  commentsBelow(read, reader, {
    name: 'commentsOfPost',
    order: oldestFirst,
    parent: sql`c."postId"`,
    where: sql`c."parentId" IS NULL AND ${hasPlace(reader)}`,
  })
