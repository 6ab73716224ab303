import { timestampDate } from '@bufbuild/protobuf/wkt'
import { topics } from '#contracts/topics.ts'
import { projection } from '#cqrs/projection/projection.ts'

/** The users as they show themselves. */
export const users = projection({
  topic: topics.users,
  table: 'users',
  row: (user) => ({
    id: user.id,
    username: user.username,
    fullName: user.fullName,
    bio: user.bio,
    avatarUrl: user.avatarUrl,
    createdAt: user.createdAt ? timestampDate(user.createdAt) : new Date(0),
    updatedAt: user.updatedAt ? timestampDate(user.updatedAt) : new Date(0),
    deleted: user.deleted,
  }),
})
