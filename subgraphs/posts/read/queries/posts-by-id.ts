import { loader } from '#cqrs/graphql/loaders.ts'
import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { posts, type Reader, type SeenPost, seen } from './seen-posts.ts'

/** Posts by id that the reader may see, with their bodies, batched. */
export const postsById = (read: Sql, reader: Reader) =>
  loader<string, SeenPost>(async (ids) => {
    const { columns, from, where } = posts(reader, sql`p.id = ANY(${ids}::uuid[]) AND ${seen(reader)}`)
    const { text, values } = sql`SELECT ${columns}, p.body FROM ${from} WHERE ${where}`
    const rows = await read.$queryRawUnsafe<SeenPost[]>(text, ...values)
    return new Map(rows.map((row) => [row.id, row]))
  })
