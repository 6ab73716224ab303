import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** Who follows whom, and how many follow and are followed by each user. */
export const follows = projection({
  topic: topics.follows,
  table: 'follows',
  row: (follow) => ({
    id: follow.id,
    followerId: follow.followerId,
    followeeId: follow.followeeId,
    active: !follow.deleted,
  }),
  counts: [
    { table: 'users', key: 'followeeId', column: 'followersCount', when: (row) => row.active },
    { table: 'users', key: 'followerId', column: 'followingCount', when: (row) => row.active },
  ],
})
