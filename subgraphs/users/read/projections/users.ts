import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The users with their public profiles. */
export const users = projection({
  topic: topics.users,
  table: 'users',
  row: (user) => ({
    id: user.id,
    username: user.username,
    fullName: user.fullName,
    bio: user.bio,
    avatarUrl: user.avatarUrl,
    createdAt: timeOf(user.createdAt),
    updatedAt: timeOf(user.updatedAt),
    deleted: user.deleted,
  }),
})
