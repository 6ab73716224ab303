import type { Order, Source } from '#cqrs/graphql/page.ts'
import { type Query, sql, table } from '#toolkit/database/sql-template.ts'
import { anonymous } from './authors.ts'

/** A comment as queries return it, with its author's name. */
export type SeenComment = {
  readonly id: string
  readonly version: number
  readonly postId: string
  readonly parentId: string | null
  /** From the top of its thread to itself. */
  readonly path: readonly string[]
  /** Null when the comment is deleted: the author is removed with the text. */
  readonly authorId: string | null
  readonly username: string
  readonly fullName: string
  readonly avatarUrl: string | null
  /** Empty when it is deleted or hidden. */
  readonly body: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly isDeleted: boolean
  readonly isHidden: boolean
  /** Empty unless hidden. Not for everybody: see mayReadReason. */
  readonly reason: string
}

/** Which tables are read, and for which user. */
export type Reader = {
  /** The PostgreSQL schema of the read generation. */
  readonly schema: string
  /** The caller; null when nobody is signed in. */
  readonly userId: string | null
  /** Whether the caller is one. */
  readonly moderator: boolean
}

/**
 * Comments on posts that the reader may see, with their authors' names, in one statement. Nobody sees a post that is
 * deleted or not projected yet. Only its author sees a draft, only its author and moderators a hidden post, and only
 * while their account exists: an access token stays valid for some minutes after that.
 * @param where selects comments; `c` is the comment
 */
export const seenComments = (reader: Reader, where: Query): Source => ({
  columns: sql`c.id, c.version, c."postId", c."parentId", c.path, c.body, c."createdAt", c."updatedAt",
    CASE WHEN c.visible THEN c."authorId" END AS "authorId",
    coalesce(u.username, ${anonymous.username}) AS username, coalesce(u."fullName", ${anonymous.fullName}) AS "fullName",
    nullif(u."avatarUrl", '') AS "avatarUrl",
    NOT c.visible AS "isDeleted", c.hidden AS "isHidden", c."hiddenReason" AS reason`,
  from: sql`${table(reader.schema, 'comments')} c
    JOIN ${table(reader.schema, 'posts')} p ON p.id = c."postId" AND p.visible
      AND (p.published OR (
        (p."authorId" = ${reader.userId}::uuid OR (p.hidden AND ${reader.moderator}::boolean)) AND ${isThere(reader)}))
    LEFT JOIN ${table(reader.schema, 'users')} u ON u.id = c."authorId" AND u.version > 0 AND NOT u.deleted`,
  where,
})

/** True unless the reader's account is known to be deleted. */
export const isThere = ({ schema, userId }: Reader): Query =>
  sql`NOT EXISTS (SELECT FROM ${table(schema, 'users')} gone WHERE gone.id = ${userId}::uuid AND gone.deleted)`

/** True for a comment that is not deleted, or keeps its place because it has descendants left. */
export const hasPlace = ({ schema }: Reader): Query =>
  sql`(c.visible OR EXISTS (SELECT FROM ${table(schema, 'threads')} t WHERE t.id = c.id AND t."descendantsCount" > 0))`

/** By creation: ids are UUIDv7. */
const byId = [{ sql: sql`c.id`, type: 'uuid', field: 'id' }] as const
export const oldestFirst: Order = { direction: 'asc', by: byId }
export const newestFirst: Order = { direction: 'desc', by: byId }
