import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject, unchanged } from '#cqrs/command/decision.ts'
import { expectedVersion, id, idempotencyKey } from '#cqrs/command/input.ts'
import { FORBIDDEN, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayHide } from '../../shared/permissions.ts'
import { isThereFor, POST_NOT_FOUND, post } from '../post.ts'
import { reason } from '../rules.ts'

/**
 * Hides a published post from everybody but its author and moderators, and records why. It stays hidden, whatever its
 * author changes, until a moderator shows it again. Allowed only for moderators.
 */
export const hidePost = command({
  name: 'HidePost',
  aggregate: post,
  input: z.object({ id, reason, expectedVersion, idempotencyKey }),
  rejections: { UNAUTHENTICATED, POST_NOT_FOUND, FORBIDDEN },

  target: ({ id }) => id,
  load: (store, { id }) => store.post(id),

  decide(current, { reason }, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!isThereFor(current, caller)) return reject('POST_NOT_FOUND', 'id')
    if (!mayHide(current, caller)) return reject('FORBIDDEN')
    if (current.hidden && current.hiddenReason === reason) return unchanged(current)
    return accept('inkstream.post.hidden.v1', { ...current, hidden: true, hiddenReason: reason, updatedAt: now })
  },
})
