import type { Connection } from '#cqrs/graphql/page.ts'
import type { SeenComment } from './read/queries/seen-comments.ts'
import type { Comment } from './write/states.ts'

/**
 * What the resolvers of Comment start from: a row of the read tables, or the state that a command just committed, which
 * has no author's name.
 */
export type CommentNode = Omit<SeenComment, 'username' | 'fullName'> &
  Partial<Pick<SeenComment, 'username' | 'fullName'>>

/** A user that comments can name, or only refer to. */
export type UserNode = { readonly id: string; readonly username?: string; readonly fullName?: string }

/** A post, which comments only refers to. */
export type PostNode = { readonly id: string }

export type CommentConnectionNode = Connection<CommentNode>

/** A state as queries will answer it, once it has come through the log. */
export const fromState = ({ hidden, deleted, ...state }: Comment): CommentNode => ({
  id: state.id,
  version: state.version,
  postId: state.postId,
  parentId: state.ancestorIds.at(-1) ?? null,
  authorId: deleted ? null : state.authorId,
  body: deleted || hidden ? '' : state.body,
  createdAt: state.createdAt,
  updatedAt: state.updatedAt,
  isDeleted: deleted,
  isHidden: hidden,
})
