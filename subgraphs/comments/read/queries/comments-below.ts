import { childConnections, parentId } from '#cqrs/graphql/children.ts'
import type { Order } from '#cqrs/graphql/page.ts'
import type { Sql } from '#toolkit/database/client.ts'
import { type Query, sql } from '#toolkit/database/sql-template.ts'
import { type Reader, type SeenComment, seenComments } from './seen-comments.ts'

/** A list of comments that belong to a parent, such as a post. */
export type CommentList = {
  readonly name: string
  readonly order: Order
  /** The column that holds the parent's id. */
  readonly parent: Query
  /** Selects comments of the parent; `c` is the comment. */
  readonly where: Query
}

/** Connections of the comments that the reader may see, batched. */
export const commentsBelow = (read: Sql, reader: Reader, { name, order, parent, where }: CommentList) =>
  childConnections<SeenComment>(read, {
    list: name,
    order,
    source: seenComments(reader, sql`${parent} = ${parentId} AND ${where}`),
    async counts(parents) {
      // All parents in one statement: parent by parent, PostgreSQL would look up each comment's post separately.
      const all = seenComments(reader, sql`${parent} = ANY(${parents}::uuid[]) AND ${where}`)
      const { text, values } =
        sql`SELECT ${parent} AS id, count(*)::int AS count FROM ${all.from} WHERE ${all.where} GROUP BY 1`
      const rows = await read.$queryRawUnsafe<{ id: string; count: number }[]>(text, ...values)
      return new Map(rows.map(({ id, count }) => [id, count]))
    },
  })
