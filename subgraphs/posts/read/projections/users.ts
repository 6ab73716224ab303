import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The names that posts and their comments are signed with. `postsCount` is kept by the projection of posts. */
export const users = projection({
  topic: topics.users,
  table: 'users',
  row: (user) => ({ id: user.id, username: user.username, fullName: user.fullName, deleted: user.deleted }),
})
