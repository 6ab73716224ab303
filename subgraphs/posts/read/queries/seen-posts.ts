import type { Order, Source } from '#cqrs/graphql/page.ts'
import { type Query, sql, table } from '#toolkit/database/sql-template.ts'
import { anonymous } from './authors.ts'

/** A post as queries return it, with its author's name. */
export type SeenPost = {
  readonly id: string
  readonly version: number
  readonly authorId: string
  readonly username: string
  readonly fullName: string
  readonly avatarUrl: string | null
  readonly title: string
  readonly slug: string
  /** Only where one post was asked for, not in lists. */
  readonly body?: string
  readonly excerpt: string
  readonly readingMinutes: number
  readonly tags: readonly string[]
  readonly status: 'DRAFT' | 'PUBLISHED'
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Null while it is a draft. */
  readonly publishedAt: Date | null
  readonly isHidden: boolean
  /** Empty unless hidden. */
  readonly hiddenReason: string
  readonly commentsCount: number
  readonly favoritesCount: number
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
 * Posts with their authors' names and counters, in one statement, without their bodies: 20 of them can be 2 MB.
 * @param where selects posts; `p` is the post. It must restrict visibility itself: see `seen` and `published`
 */
export const posts = ({ schema }: Reader, where: Query): Source => ({
  columns: sql`p.id, p.version, p."authorId", p.title, p.slug, p.excerpt, p."readingMinutes", p.tags, p."createdAt", p."updatedAt",
    coalesce(c."commentsCount", 0) AS "commentsCount", coalesce(c."favoritesCount", 0) AS "favoritesCount",
    CASE WHEN p.published OR p.hidden THEN 'PUBLISHED' ELSE 'DRAFT' END AS status,
    CASE WHEN p.published OR p.hidden THEN p."publishedAt" END AS "publishedAt", p.hidden AS "isHidden", p."hiddenReason",
    coalesce(u.username, ${anonymous.username}) AS username, coalesce(u."fullName", ${anonymous.fullName}) AS "fullName",
    nullif(u."avatarUrl", '') AS "avatarUrl"`,
  from: sql`${table(schema, 'posts')} p
    LEFT JOIN ${table(schema, 'post_counts')} c ON c.id = p.id
    LEFT JOIN ${table(schema, 'users')} u ON u.id = p."authorId" AND u.version > 0 AND NOT u.deleted`,
  where,
})

/** The condition for posts that everybody may see. */
export const published: Query = sql`p.published`

/** True unless the user's account is known to be deleted: its access token stays valid for some minutes after that. */
export const isThere = (schema: string, userId: string | null): Query =>
  sql`NOT EXISTS (SELECT FROM ${table(schema, 'users')} gone WHERE gone.id = ${userId}::uuid AND gone.deleted)`

/** The condition for posts that the reader may see: published posts, their own, and hidden posts for moderators. */
export const seen = ({ schema, userId, moderator }: Reader): Query =>
  sql`p.visible AND (p.published OR
    ((p."authorId" = ${userId}::uuid OR (p.hidden AND ${moderator}::boolean)) AND ${isThere(schema, userId)}))`

export const newestFirst: Order = {
  direction: 'desc',
  by: [
    { sql: sql`p."publishedAt"`, type: 'timestamptz', field: 'publishedAt' },
    { sql: sql`p.id`, type: 'uuid', field: 'id' },
  ],
}
