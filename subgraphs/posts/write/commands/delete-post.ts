import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { expectedVersion, id, idempotencyKey } from '#cqrs/command/input.ts'
import { FORBIDDEN, UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { mayDelete } from '../../shared/permissions.ts'
import { isThereFor, POST_NOT_FOUND, post } from '../post.ts'

/** Deletes a post permanently: its last state stays, without content. Allowed for its author and moderators. */
export const deletePost = command({
  name: 'DeletePost',
  aggregate: post,
  input: z.object({ id, expectedVersion, idempotencyKey }),
  rejections: { UNAUTHENTICATED, POST_NOT_FOUND, FORBIDDEN },

  target: ({ id }) => id,
  load: (store, { id }) => store.post(id),

  decide(current, _, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!isThereFor(current, caller)) return reject('POST_NOT_FOUND', 'id')
    if (!mayDelete(current, caller)) return reject('FORBIDDEN')
    return accept('inkstream.post.deleted.v1', {
      ...current,
      title: '',
      slug: '',
      body: '',
      tags: [],
      formerSlugs: [],
      hidden: false,
      hiddenReason: '',
      updatedAt: now,
      deleted: true,
    })
  },
})
