import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject, unchanged } from '#cqrs/command/decision.ts'
import { id, idempotencyKey } from '#cqrs/command/input.ts'
import { FORBIDDEN, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayHide } from '../../shared/permissions.ts'
import { COMMENT_NOT_FOUND, comment } from '../comment.ts'
import { isThereFor } from '../post-reference.ts'
import { reason } from '../rules.ts'

/** Hides the text of a comment, and records why. The comment keeps its place. Allowed only for moderators. */
export const hideComment = command({
  name: 'HideComment',
  aggregate: comment,
  input: z.object({ id, reason, idempotencyKey }),
  rejections: { UNAUTHENTICATED, COMMENT_NOT_FOUND, FORBIDDEN },

  target: ({ id }) => id,
  load: (store, { id }) => store.commentOnPost(id),

  decide({ comment: current, post }, { reason }, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!current || current.deleted || !isThereFor(post, caller)) return reject('COMMENT_NOT_FOUND', 'id')
    if (!mayHide(caller, current)) return reject('FORBIDDEN')
    if (current.hidden && current.hiddenReason === reason) return unchanged(current)
    return accept('inkstream.comment.hidden.v1', { ...current, hidden: true, hiddenReason: reason, updatedAt: now })
  },
})
