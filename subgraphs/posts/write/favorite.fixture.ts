import { favoriteId } from '../shared/favorite-id.ts'
import { post, stranger } from './post.fixture.ts'
import type { Favorite } from './states.ts'

/** The stranger's favorite of the post. */
export const favorite: Favorite = {
  id: favoriteId(stranger.userId, post.id),
  version: 4,
  userId: stranger.userId,
  postId: post.id,
  createdAt: new Date('2026-01-01'),
  updatedAt: new Date('2026-01-01'),
  deleted: false,
}
