import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { expectedVersion, id, idempotencyKey } from '#cqrs/command/input.ts'
import { post } from '../post.ts'

/** Takes a post away for good: its last state stays, without what it said. */
export const deletePost = command({
  name: 'DeletePost',
  aggregate: post,
  input: z.object({ id, expectedVersion, idempotencyKey }),

  load: (store, { id }) => store.post(id),

  decide(current, _, { now }) {
    if (!current || current.deleted) return reject('POST_NOT_FOUND', 'id')
    return accept('inkstream.post.deleted.v1', {
      ...current,
      title: '',
      slug: '',
      body: '',
      updatedAt: now,
      deleted: true,
    })
  },
})
