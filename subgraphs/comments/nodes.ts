import type { Connection } from '#cqrs/graphql/page.ts'

/** What the resolvers of Comment start from: a row of the read table, or the state that a command just committed. */
export type CommentNode = {
  readonly id: string
  readonly version: number
  readonly postId: string | null
  readonly authorId: string | null
  readonly body: string
  readonly createdAt: Date
}

/** A user that comments can name, or only refer to. */
export type UserNode = { readonly id: string; readonly username?: string; readonly fullName?: string }

/** A post, which comments only refers to. */
export type PostNode = { readonly id: string }

export type CommentConnectionNode = Connection<CommentNode>
