import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** A reference: which accounts are deleted. Nothing else about users is stored here. */
export const userReferences = projection({
  topic: topics.users,
  table: 'users',
  row: (user) => ({ id: user.id, deleted: user.deleted }),
})
