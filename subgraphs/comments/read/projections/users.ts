import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The names of the comments' authors. */
export const users = projection({
  topic: topics.users,
  table: 'users',
  row: (user) => ({ id: user.id, username: user.username, fullName: user.fullName, deleted: user.deleted }),
})
