import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The names and faces of the comments' authors. */
export const users = projection({
  topic: topics.users,
  table: 'users',
  row: (user) => ({
    id: user.id,
    username: user.username,
    fullName: user.fullName,
    avatarUrl: user.avatarUrl,
    deleted: user.deleted,
  }),
})
