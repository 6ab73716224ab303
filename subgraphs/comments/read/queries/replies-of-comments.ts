import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { commentsBelow } from './comments-below.ts'
import { hasPlace, type Reader } from './seen-comments.ts'

/** The direct replies to comments, oldest first. */
export const repliesOfComments = (read: Sql, reader: Reader) =>
  commentsBelow(read, reader, {
    name: 'repliesOfComment',
    direction: 'asc',
    parent: sql`c."parentId"`,
    where: hasPlace(reader),
  })
