import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { expectedVersion, id, idempotencyKey } from '#cqrs/command/input.ts'
import { FORBIDDEN, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayDelete } from '../../shared/permissions.ts'
import { COMMENT_NOT_FOUND, comment } from '../comment.ts'
import { isThereFor } from '../post-reference.ts'

/**
 * Deletes a comment with its text. Its replies stay where they are. Allowed for moderators and for its author, even
 * when its post is deleted.
 */
export const deleteComment = command({
  name: 'DeleteComment',
  aggregate: comment,
  input: z.object({ id, expectedVersion, idempotencyKey }),
  rejections: { UNAUTHENTICATED, COMMENT_NOT_FOUND, FORBIDDEN },

  target: ({ id }) => id,
  load: (store, { id }) => store.commentOnPost(id),

  decide({ comment: current, post }, _input, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!current || current.deleted) return reject('COMMENT_NOT_FOUND', 'id')
    const own = current.authorId === caller.userId
    if (!own && !isThereFor(post, caller)) return reject('COMMENT_NOT_FOUND', 'id')
    if (!mayDelete(caller, current)) return reject('FORBIDDEN')
    return accept('inkstream.comment.deleted.v1', {
      ...current,
      body: '',
      hidden: false,
      hiddenReason: '',
      updatedAt: now,
      deleted: true,
    })
  },
})
