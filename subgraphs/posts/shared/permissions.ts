import type { Caller } from '#toolkit/trust/caller.ts'
import { isModerator } from './roles.ts'

/** What decides who may do what with a post that is not deleted. */
type Post = { readonly authorId: string; readonly draft: boolean }

/** Changing and publishing it: its author alone. */
export const mayEdit = ({ authorId }: Post, caller: Caller): boolean => authorId === caller?.userId

/** Deleting it: its author, and moderators, who do not see drafts. */
export const mayDelete = (post: Post, caller: Caller): boolean =>
  mayEdit(post, caller) || (isModerator(caller) && !post.draft)

/** Whether this caller may hide a post that they see, and show it again. A draft is seen by its author alone anyway. */
export const mayHide = ({ draft }: Post, caller: Caller): boolean => !draft && isModerator(caller)
