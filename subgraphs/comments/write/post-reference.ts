import type { Actor } from '#cqrs/command/command.ts'
import type { RejectionText } from '#cqrs/command/rejections.ts'

/** What commands know of a post. Fed from blog.posts.v1 by references/posts.ts. */
export type PostReference = {
  readonly authorId: string | null
  readonly draft: boolean
  readonly deleted: boolean
}

/** Whether a post is there for this caller: of a draft nobody but its author may learn that it exists. */
export const isThereFor = (post: PostReference | undefined, actor: Actor): post is PostReference =>
  post !== undefined && !post.deleted && (!post.draft || (actor !== null && post.authorId === actor.userId))

export const POST_NOT_FOUND: RejectionText = {
  message: 'There is no such post, or it is so new that comments has not heard of it yet.',
  meaning:
    "no such post, it is deleted, it is somebody else's draft, or it is so new that comments has not heard of it",
  advice: 'goes back; right after `createPost`, tries again in a moment',
}
