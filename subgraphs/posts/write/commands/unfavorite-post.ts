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

  target: ({ id }, caller) => caller && favoriteId(caller.userId, id),
  load: (store, { id }, caller) => store.favoring(id, caller?.userId),

  decide({ post, favorite }, _, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!isThereFor(post, caller)) return reject('POST_NOT_FOUND', 'id')
    if (favorite?.deleted) return unchanged(favorite)
    return accept('inkstream.favorite.deleted.v1', {
      id: favoriteId(caller.userId, post.id),
      version: favorite?.version ?? 0,
      userId: caller.userId,
      postId: post.id,
      createdAt: favorite?.createdAt ?? now,
      updatedAt: now,
      deleted: true,
    })
  },
})
