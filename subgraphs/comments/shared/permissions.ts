import type { Caller } from '#toolkit/trust/caller.ts'
import { isModerator } from './roles.ts'

/**
 * Who may do what with a comment on a post that is there for them. Commands decide by these functions, and the fields
 * `viewerCan…` answer with them. That an account is deleted, only commands know: while its access token lasts, a field
 * may still say true.
 */
type CommentFacts = {
  /** Null where a deleted comment has none. */
  readonly authorId: string | null
  readonly hidden: boolean
  readonly deleted: boolean
  readonly ancestorIds: readonly string[]
}

/** How many ancestors a comment may have. With the comment itself, a thread has at most 8 levels. */
const MOST_ANCESTORS = 7

/** Its author, while it is not hidden. */
export const mayEdit = (caller: Caller, { authorId, hidden, deleted }: CommentFacts): boolean =>
  caller !== null && !deleted && !hidden && authorId === caller.userId

/** Its author, and moderators. */
export const mayDelete = (caller: Caller, comment: CommentFacts): boolean =>
  !comment.deleted && isAuthorOrModerator(caller, comment)

/** Moderators: both to hide it and to show it again. */
export const mayHide = (caller: Caller, { deleted }: CommentFacts): boolean => !deleted && isModerator(caller)

/** Why it is hidden: its author, and moderators. */
export const mayReadReason = (caller: Caller, comment: CommentFacts): boolean =>
  comment.hidden && !comment.deleted && isAuthorOrModerator(caller, comment)

/** Whoever is signed in, also when it is hidden, but not on the last level of a thread. */
export const mayReply = (caller: Caller, { deleted, ancestorIds }: CommentFacts): boolean =>
  caller !== null && !deleted && ancestorIds.length < MOST_ANCESTORS

const isAuthorOrModerator = (caller: Caller, { authorId }: CommentFacts): boolean =>
  caller !== null && (authorId === caller.userId || isModerator(caller))
