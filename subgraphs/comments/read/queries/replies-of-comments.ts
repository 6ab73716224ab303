import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { commentsBelow } from './comments-below.ts'
import { hasPlace, oldestFirst, type Reader } from './seen-comments.ts'

/** The direct replies to comments, oldest first. */
export const repliesOfComments = (read: Sql, reader: Reader) =>
  commentsBelow(read, reader, {
    name: 'repliesOfComment',
    order: oldestFirst,
    parent: sql`c."parentId"`,
    where: hasPlace(reader),
  })
