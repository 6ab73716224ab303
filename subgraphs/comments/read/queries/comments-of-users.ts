import type { Sql } from '#cqrs/database/client.ts'
import { sql } from '#cqrs/database/sql-template.ts'
import { commentsBelow } from './comments-below.ts'
import type { Reader } from './seen-comments.ts'

/** Each of many users' comments, newest first; none that is deleted, whatever stands below it. */
export const commentsOfUsers = (read: Sql, reader: Reader) =>
  commentsBelow(read, reader, {
    name: 'commentsOfUser',
    direction: 'desc',
    parent: sql`c."authorId"`,
    where: sql`c.visible`,
  })
