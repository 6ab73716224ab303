import type { Sql } from '#cqrs/database/client.ts'
import { type Query, sql } from '#cqrs/database/sql-template.ts'
import { childConnections, parentId } from '#cqrs/graphql/children.ts'
import { type Reader, type SeenComment, seenComments } from './seen-comments.ts'

/** Comments that hang on something, such as those of posts. */
export type CommentList = {
  readonly name: string
  /** By id, which is by time: ids are UUIDv7. */
  readonly direction: 'asc' | 'desc'
  /** The column that holds what they hang on. */
  readonly parent: Query
  /** Which of them. */
  readonly where: Query
}

/** Connections of those comments that the reader sees, batched. */
export const commentsBelow = (read: Sql, reader: Reader, { name, direction, parent, where }: CommentList) =>
  childConnections<SeenComment>(read, {
    list: name,
    order: { direction, by: [{ sql: sql`c.id`, type: 'uuid', field: 'id' }] },
    source: seenComments(reader, sql`${parent} = ${parentId} AND ${where}`),
    async counts(parents) {
      // All at once: for one parent after the other PostgreSQL looks each comment's post up by itself.
      const all = seenComments(reader, sql`${parent} = ANY(${parents}::uuid[]) AND ${where}`)
      const { text, values } =
        sql`SELECT ${parent} AS id, count(*)::int AS count FROM ${all.from} WHERE ${all.where} GROUP BY 1`
      const rows = await read.$queryRawUnsafe<{ id: string; count: number }[]>(text, ...values)
      return new Map(rows.map(({ id, count }) => [id, count]))
    },
  })
