import { DateTime } from '#cqrs/graphql/date-time.ts'
import { payload } from '#cqrs/graphql/payload.ts'
import { isUuid, readId, readText } from '#cqrs/graphql/uuid.ts'
import type { Resolvers } from './generated/schema.ts'
import { listUsers, userByUsername } from './read/queries/users.ts'
import { createUser } from './write/commands/create-user.ts'

export const resolvers: Resolvers = {
  DateTime,

  Query: {
    user: async (_, { id }, { usersById }) => (await usersById.load(readId(id, 'id'))) ?? null,
    userByUsername: (_, { username }, { read }) => userByUsername(read, readText(username, 'username')),
    users: (_, args, { read }) => listUsers(read, args),
  },

  Mutation: {
    createUser: async (_, { input }, { run, caller }) => payload('user', await run(createUser, input, caller)),
  },

  User: {
    __resolveReference: async ({ id }, { usersById }) => (isUuid(id) ? ((await usersById.load(id)) ?? null) : null),
  },
}
