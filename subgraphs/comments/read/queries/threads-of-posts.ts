import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { commentsBelow } from './comments-below.ts'
import { hasPlace, type Reader } from './seen-comments.ts'

/** All comments of posts in reading order: each below the one that it answers, siblings oldest first. */
export const threadsOfPosts = (read: Sql, reader: Reader) =>
  commentsBelow(read, reader, {
    name: 'threadOfPost',
    // The path of a comment begins with that of its parent, which sorts before it. Ids are UUIDv7, so siblings are in the order of their creation.
    order: { direction: 'asc', by: [{ sql: sql`c.path`, type: 'uuid[]', field: 'path' }] },
    parent: sql`c."postId"`,
    where: hasPlace(reader),
  })
