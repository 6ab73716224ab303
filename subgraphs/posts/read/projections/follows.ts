import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The follows between users, for feeds. */
export const follows = projection({
  topic: topics.follows,
  table: 'follows',
  row: (follow) => ({
    id: follow.id,
    followerId: follow.followerId,
    followeeId: follow.followeeId,
    active: !follow.deleted,
  }),
})
