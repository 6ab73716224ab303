import { type Connection, countRows, type PageArguments, readPage, readRows, toConnection } from '#cqrs/graphql/page.ts'
import type { Sql } from '#toolkit/database/client.ts'
import { join, sql } from '#toolkit/database/sql-template.ts'
import { isThere, newestFirst, type Reader, type SeenComment, seenComments } from './seen-comments.ts'

type CommentFilter = { readonly hidden?: boolean | null | undefined }

/**
 * Comments on all posts that the reader may see, newest first. A deleted comment is left out even if it has replies, and
 * a reader whose account is deleted gets none.
 * @throws INVALID_INPUT for an invalid size or cursor
 */
export async function listComments(
  read: Sql,
  reader: Reader,
  args: PageArguments,
  { hidden }: CommentFilter,
): Promise<Connection<SeenComment>> {
  const conditions = [sql`c.visible`, isThere(reader)]
  // The partial index of hidden comments needs its own condition, and no parameter.
  if (hidden != null) conditions.push(hidden ? sql`c.hidden` : sql`NOT c.hidden`)
  const source = seenComments(reader, join(conditions, ' AND '))
  const page = readPage('comments', newestFirst, args)
  return toConnection(page, await readRows<SeenComment>(read, source, page), () => countRows(read, source))
}
