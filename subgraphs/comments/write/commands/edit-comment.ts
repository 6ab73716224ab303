import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject, unchanged } from '#cqrs/command/decision.ts'
import { expectedVersion, id, idempotencyKey } from '#cqrs/command/input.ts'
import { FORBIDDEN, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayEdit } from '../../shared/permissions.ts'
import { COMMENT_NOT_FOUND, comment } from '../comment.ts'
import { isThereFor } from '../post-reference.ts'
import { body } from '../rules.ts'

/** Changes the text of a comment. Allowed only for its author, and not while it is hidden. */
export const editComment = command({
  name: 'EditComment',
  aggregate: comment,
  input: z.object({ id, body, expectedVersion, idempotencyKey }),
  rejections: { UNAUTHENTICATED, COMMENT_NOT_FOUND, FORBIDDEN },

  target: ({ id }) => id,
  load: (store, { id }) => store.commentOnPost(id),

  decide({ comment: current, post }, { body }, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!current || current.deleted || !isThereFor(post, caller)) return reject('COMMENT_NOT_FOUND', 'id')
    if (!mayEdit(caller, current)) return reject('FORBIDDEN')
    if (current.body === body) return unchanged(current)
    return accept('inkstream.comment.edited.v1', { ...current, body, updatedAt: now })
  },
})
