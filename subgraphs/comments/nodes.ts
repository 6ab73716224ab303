import type { Connection } from '#cqrs/graphql/page.ts'
import type { Author } from './read/queries/authors.ts'
import type { SeenComment } from './read/queries/seen-comments.ts'
import type { Comment } from './write/states.ts'

/** What the read tables know of a comment's author. */
type Named = Pick<SeenComment, 'username' | 'fullName' | 'avatarUrl'>

/**
 * The parent object of Comment's resolvers: a row of the read tables, or the state that a command just committed, which
 * has nothing of its author but the id.
 */
export type CommentNode = Omit<SeenComment, keyof Named> & Partial<Named>

/** What decides who may do what with it, as shared/permissions.ts takes it. */
export const factsOf = ({ authorId, isHidden, isDeleted, path }: CommentNode) => ({
  authorId,
  hidden: isHidden,
  deleted: isDeleted,
  ancestorIds: path.slice(0, -1),
})

/** A user. Without a name it is only a reference. */
export type UserNode = Pick<Author, 'id'> & Partial<Author>

/** A reference to a post. */
export type PostNode = { readonly id: string }

export type CommentConnectionNode = Connection<CommentNode>

/** The node that queries will return for this state once it is projected. */
export const fromState = ({ hidden, hiddenReason, deleted, ...state }: Comment): CommentNode => ({
  id: state.id,
  version: state.version,
  postId: state.postId,
  parentId: state.ancestorIds.at(-1) ?? null,
  path: [...state.ancestorIds, state.id],
  authorId: deleted ? null : state.authorId,
  body: deleted || hidden ? '' : state.body,
  createdAt: state.createdAt,
  updatedAt: state.updatedAt,
  isDeleted: deleted,
  isHidden: hidden,
  reason: hiddenReason,
})
