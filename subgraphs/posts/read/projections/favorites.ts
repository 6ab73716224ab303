import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** Which users favor which posts, and how many favorites each post has. */
export const favorites = projection({
  topic: topics.favorites,
  table: 'favorites',
  row: (favorite) => ({
    id: favorite.id,
    userId: favorite.userId,
    postId: favorite.postId,
    active: !favorite.deleted,
  }),
  counts: [{ table: 'post_counts', key: 'postId', column: 'favoritesCount', when: (row) => row.active }],
})
