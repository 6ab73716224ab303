import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject, unchanged } from '#cqrs/command/decision.ts'
import { expectedVersion, id, idempotencyKey } from '#cqrs/command/input.ts'
import { FORBIDDEN, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayHide } from '../../shared/permissions.ts'
import { isThereFor, POST_NOT_FOUND, post } from '../post.ts'

/** Shows a hidden post to everybody again, at its old place in the lists. Allowed only for moderators. */
export const unhidePost = command({
  name: 'UnhidePost',
  aggregate: post,
  input: z.object({ id, expectedVersion, idempotencyKey }),
  rejections: { UNAUTHENTICATED, POST_NOT_FOUND, FORBIDDEN },

  target: ({ id }) => id,
  load: (store, { id }) => store.post(id),

  decide(current, _, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!isThereFor(current, caller)) return reject('POST_NOT_FOUND', 'id')
    if (!mayHide(current, caller)) return reject('FORBIDDEN')
    if (!current.hidden) return unchanged(current)
    return accept('inkstream.post.unhidden.v1', { ...current, hidden: false, hiddenReason: '', updatedAt: now })
  },
})
