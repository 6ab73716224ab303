import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject, unchanged } from '#cqrs/command/decision.ts'
import { id, idempotencyKey } from '#cqrs/command/input.ts'
import { FORBIDDEN, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayHide } from '../../shared/permissions.ts'
import { COMMENT_NOT_FOUND, comment } from '../comment.ts'
import { isThereFor } from '../post-reference.ts'

/** Shows the text of a hidden comment again, and forgets why it was hidden. Allowed only for moderators. */
export const unhideComment = command({
  name: 'UnhideComment',
  aggregate: comment,
  input: z.object({ id, idempotencyKey }),
  rejections: { UNAUTHENTICATED, COMMENT_NOT_FOUND, FORBIDDEN },

  target: ({ id }) => id,
  load: (store, { id }) => store.commentOnPost(id),

  decide({ comment: current, post }, _input, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!current || current.deleted || !isThereFor(post, caller)) return reject('COMMENT_NOT_FOUND', 'id')
    if (!mayHide(caller, current)) return reject('FORBIDDEN')
    if (!current.hidden) return unchanged(current)
    return accept('inkstream.comment.unhidden.v1', { ...current, hidden: false, hiddenReason: '', updatedAt: now })
  },
})
