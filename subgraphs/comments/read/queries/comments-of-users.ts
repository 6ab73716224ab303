import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { commentsBelow } from './comments-below.ts'
import { newestFirst, type Reader } from './seen-comments.ts'

/** The comments of users, newest first. A deleted comment is left out even if it has replies. */
export const commentsOfUsers = (read: Sql, reader: Reader) =>
  commentsBelow(read, reader, {
    name: 'commentsOfUser',
    order: newestFirst,
    parent: sql`c."authorId"`,
    where: sql`c.visible`,
  })
