import { rejectionsOf } from '#cqrs/command/rejections.ts'
import { createComment } from './commands/create-comment.ts'
import { deleteComment } from './commands/delete-comment.ts'
import { editComment } from './commands/edit-comment.ts'
import { hideComment } from './commands/hide-comment.ts'
import { unhideComment } from './commands/unhide-comment.ts'

/** The commands on comments, by the names of the mutations. */
export const commentCommands = { createComment, editComment, deleteComment, hideComment, unhideComment }

/** Every rejection code of this service. */
export const rejections = rejectionsOf(Object.values(commentCommands))
