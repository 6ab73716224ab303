import { loader } from '#cqrs/graphql/loaders.ts'
import type { Sql } from '#toolkit/database/client.ts'
import { sql } from '#toolkit/database/sql-template.ts'
import { hasPlace, type Reader, type SeenComment, seenComments } from './seen-comments.ts'

/** Comments by id that the reader may see, batched. */
export const commentsById = (read: Sql, reader: Reader) =>
  loader<string, SeenComment>(async (ids) => {
    const { columns, from, where } = seenComments(reader, sql`c.id = ANY(${ids}::uuid[]) AND ${hasPlace(reader)}`)
    const { text, values } = sql`SELECT ${columns} FROM ${from} WHERE ${where}`
    const rows = await read.$queryRawUnsafe<SeenComment[]>(text, ...values)
    return new Map(rows.map((row) => [row.id, row]))
  })
