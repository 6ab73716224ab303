import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject, unchanged } from '#cqrs/command/decision.ts'
import { id, idempotencyKey } from '#cqrs/command/input.ts'
import { UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { favoriteId } from '../../shared/favorite-id.ts'
import { favorite } from '../favorite.ts'
import { isThereFor, POST_NOT_FOUND } from '../post.ts'

/** Removes a post from the caller's favorites. A favorite of a deleted post is kept: it is shown nowhere. */
export const unfavoritePost = command({
  name: 'UnfavoritePost',
  aggregate: favorite,
  input: z.object({ id, idempotencyKey }),
  rejections: { UNAUTHENTICATED, POST_NOT_FOUND },

  target: ({ id }, actor) => actor && favoriteId(actor.userId, id),
  load: (store, { id }, actor) => store.favoring(id, actor?.userId),

  decide({ post, favorite }, _, { actor, now }) {
    if (!actor) return reject('UNAUTHENTICATED')
    if (!isThereFor(post, actor)) return reject('POST_NOT_FOUND', 'id')
    if (favorite?.deleted) return unchanged(favorite)
    return accept('inkstream.favorite.deleted.v1', {
      id: favoriteId(actor.userId, post.id),
      version: favorite?.version ?? 0,
      userId: actor.userId,
      postId: post.id,
      createdAt: favorite?.createdAt ?? now,
      updatedAt: now,
      deleted: true,
    })
  },
})
