import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The authors' names of posts and their comments. The projection of posts maintains `postsCount`. */
export const users = projection({
  topic: topics.users,
  table: 'users',
  row: (user) => ({ id: user.id, username: user.username, fullName: user.fullName, deleted: user.deleted }),
})
