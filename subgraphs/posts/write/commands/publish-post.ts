import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject, unchanged } from '#cqrs/command/decision.ts'
import { expectedVersion, id, idempotencyKey } from '#cqrs/command/input.ts'
import { FORBIDDEN, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayEdit } from '../../shared/permissions.ts'
import { isThereFor, POST_NOT_FOUND, post } from '../post.ts'

/** Publishes a draft. A post cannot become a draft again. */
export const publishPost = command({
  name: 'PublishPost',
  aggregate: post,
  input: z.object({ id, expectedVersion, idempotencyKey }),
  rejections: { UNAUTHENTICATED, POST_NOT_FOUND, FORBIDDEN },

  target: ({ id }) => id,
  load: (store, { id }) => store.post(id),

  decide(current, _, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!isThereFor(current, caller)) return reject('POST_NOT_FOUND', 'id')
    if (!mayEdit(current, caller)) return reject('FORBIDDEN')
    if (!current.draft) return unchanged(current)
    return accept('inkstream.post.published.v1', { ...current, draft: false, publishedAt: now, updatedAt: now })
  },
})
