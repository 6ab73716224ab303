import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The follows between users, and how many followers and followed users each user has. */
export const follows = projection({
  topic: topics.follows,
  table: 'follows',
  row: (follow) => ({
    id: follow.id,
    followerId: follow.followerId,
    followeeId: follow.followeeId,
    active: !follow.deleted,
    createdAt: timeOf(follow.createdAt),
  }),
  counts: [
    { table: 'users', key: 'followeeId', column: 'followersCount', when: (row) => row.active },
    { table: 'users', key: 'followerId', column: 'followingCount', when: (row) => row.active },
  ],
})
