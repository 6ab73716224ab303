import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** A reference: whose account is deleted. Nothing else of users is kept here. */
export const userReferences = projection({
  topic: topics.users,
  table: 'users',
  row: (user) => ({ id: user.id, deleted: user.deleted }),
})
