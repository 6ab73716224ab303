import { DateTime } from '#cqrs/graphql/date-time.ts'
import { readId, readText } from '#cqrs/graphql/uuid.ts'
import type { Resolvers } from './generated/schema.ts'
import { listUsers } from './read/queries/list-users.ts'
import { userByUsername } from './read/queries/user-by-username.ts'
import { mutations } from './resolvers/mutations.ts'
import { user } from './resolvers/user.ts'

export const resolvers: Resolvers = {
  DateTime,

  Query: {
    user: (_, { id }, { usersById }) => usersById.load(readId(id, 'id')),
    userByUsername: (_, { username }, { read }) => userByUsername(read, readText(username, 'username')),
    users: (_, args, { read, readSchema }) => listUsers(read, readSchema, args),
    viewer: (_, _args, { call: { caller }, usersById }) => (caller ? usersById.load(caller.userId) : null),
  },

  Mutation: mutations,
  User: user,
}
