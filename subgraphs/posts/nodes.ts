import type { Connection } from '#cqrs/graphql/page.ts'

/** What the resolvers of Post start from: a row of the read table, or the state that a command just committed. */
export type PostNode = {
  readonly id: string
  readonly version: number
  readonly authorId: string | null
  readonly title: string
  readonly slug: string
  readonly body: string
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Of the read table alone. */
  readonly commentsCount?: number
}

/** A user that posts can name, or only refer to. */
export type UserNode = { readonly id: string; readonly username?: string; readonly fullName?: string }

/** A comment below a post, or only a reference to one. */
export type CommentNode = {
  readonly id: string
  readonly body?: string
  readonly createdAt?: Date
  readonly authorId?: string
}

export type PostConnectionNode = Connection<PostNode>
