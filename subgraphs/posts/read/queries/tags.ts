import { readSize } from '#cqrs/graphql/page.ts'
import type { Sql } from '#toolkit/database/client.ts'
import { sql, table } from '#toolkit/database/sql-template.ts'
import { readTag } from './read-tag.ts'
import type { Reader } from './seen-posts.ts'

/** How many tags are returned by default, and at most. */
const STANDARD = 20
const MOST = 100

type Tag = { readonly name: string; readonly postsCount: number }
type Arguments = { readonly first?: number | null | undefined; readonly startingWith?: string | null | undefined }

/**
 * Tags of published posts, most used first, then by name.
 * @throws INVALID_INPUT when the size is out of bounds, and when no tag could start in this way
 */
export async function tags(read: Sql, { schema }: Reader, { first, startingWith }: Arguments): Promise<Tag[]> {
  const size = readSize(first, 'first', STANDARD, MOST)
  // Found in the primary key, since databases have the collation C; frequent beginnings in the index by count.
  const beginning = startingWith == null ? sql`TRUE` : sql`id ^@ ${readTag(startingWith, 'startingWith')}`
  const { text, values } = sql`
    SELECT id AS name, "postsCount" FROM ${table(schema, 'tags')} WHERE "postsCount" > 0 AND ${beginning}
    ORDER BY "postsCount" DESC, id LIMIT ${size}`
  return read.$queryRawUnsafe<Tag[]>(text, ...values)
}
