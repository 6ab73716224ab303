import type { RejectionText } from '#cqrs/command/rejections.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import { isModerator } from '../shared/roles.ts'

/** The facts about a post that commands use. references/posts.ts projects them from blog.posts.v1. */
export type PostReference = {
  readonly authorId: string | null
  readonly draft: boolean
  readonly hidden: boolean
  readonly deleted: boolean
}

/**
 * Whether a post exists for this caller: only its author may learn that a draft exists, and only its author and
 * moderators that a hidden post does.
 */
export const isThereFor = (post: PostReference | undefined, caller: NonNullable<Caller>): post is PostReference =>
  post !== undefined &&
  !post.deleted &&
  (post.authorId === caller.userId || (!post.draft && (!post.hidden || isModerator(caller))))

export const POST_NOT_FOUND: RejectionText = {
  message: 'There is no such post, or it is so new that comments has not heard of it yet.',
  meaning:
    "no such post, it is deleted, it is somebody else's draft, a moderator has hidden it, or it is so new that comments has not heard of it",
  advice: 'goes back; right after `createPost`, sends its consistency token',
}
