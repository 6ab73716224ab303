import {
  type Connection,
  countRows,
  type Order,
  type PageArguments,
  readPage,
  readRows,
  toConnection,
} from '#cqrs/graphql/page.ts'
import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { isThere, posts, type Reader, type SeenPost } from './seen-posts.ts'

/** Newest first: ids are UUIDv7, so their order is that of creation. */
const byBeginning: Order = { direction: 'desc', by: [{ sql: sql`p.id`, type: 'uuid', field: 'id' }] }

/** A user's drafts, newest first. @throws INVALID_INPUT for an invalid size or cursor */
export async function drafts(
  read: Sql,
  reader: Reader,
  userId: string,
  args: PageArguments,
): Promise<Connection<SeenPost>> {
  const source = posts(
    reader,
    sql`p."authorId" = ${userId}::uuid AND NOT p.published AND NOT p.hidden AND p.visible
    AND ${isThere(reader.schema, userId)}`,
  )
  const page = readPage('drafts', byBeginning, args)
  return toConnection(page, await readRows<SeenPost>(read, source, page), () => countRows(read, source))
}
