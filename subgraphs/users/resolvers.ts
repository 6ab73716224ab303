import { commandResolvers } from '#cqrs/graphql/command-resolvers.ts'
import { DateTime } from '#cqrs/graphql/date-time.ts'
import { payload } from '#cqrs/graphql/payload.ts'
import { readId, readText, referenceId } from '#cqrs/graphql/uuid.ts'
import type { MutationResolvers, Resolvers } from './generated/schema.ts'
import { fromState } from './nodes.ts'
import { listUsers } from './read/queries/list-users.ts'
import { userByUsername } from './read/queries/user-by-username.ts'
import type { GivenSession } from './write/accounts/accounts.ts'
import { changePassword } from './write/accounts/change-password.ts'
import { endAccount } from './write/accounts/end-account.ts'
import { refreshSession } from './write/accounts/refresh-session.ts'
import { signIn } from './write/accounts/sign-in.ts'
import { signOut, signOutEverywhere } from './write/accounts/sign-out.ts'
import { signUp } from './write/accounts/sign-up.ts'
import { followCommands, userCommands } from './write/commands.ts'
import type { User } from './write/states.ts'

export const resolvers: Resolvers = {
  DateTime,

  Query: {
    user: (_, { id }, { usersById }) => usersById.load(readId(id, 'id')),
    userByUsername: (_, { username }, { read }) => userByUsername(read, readText(username, 'username')),
    users: (_, args, { read, readSchema }) => listUsers(read, readSchema, args),
    viewer: (_, _args, { call: { caller }, usersById }) => (caller ? usersById.load(caller.userId) : null),
    // From the token, as every authorization: it costs no read, and answers what commands will decide.
    viewerRoles: (_, _args, { call: { caller } }) => (caller ? [...caller.roles] : null),
  },

  Mutation: {
    createUser: async (_, { input }, { accounts, call }) => payload(await signUp(accounts, input, call), withSession),
    signIn: async (_, { input }, { accounts, call }) => payload(await signIn(accounts, input, call), withSession),
    refreshSession: async (_, { refreshToken }, { accounts }) =>
      payload(await refreshSession(accounts, refreshToken), withSession),
    signOut: async (_, _args, { accounts, call }) => payload(await signOut(accounts, call.caller), nothing),
    signOutEverywhere: async (_, _args, { accounts, call }) =>
      payload(await signOutEverywhere(accounts, call.caller), nothing),
    changePassword: async (_, { input }, { accounts, call }) =>
      payload(await changePassword(accounts, input, call), ({ session }) => ({ session })),
    deleteAccount: async (_, { input }, { accounts, call }) =>
      payload(await endAccount(accounts, input, call), ({ state }) => ({ deletedUserId: state.id })),

    ...commandResolvers(userCommands, ({ state }) => ({ user: fromState(state) })),
    // The followed user, with the caller's new follow state.
    ...commandResolvers(followCommands, ({ state, loaded: { followee } }) => ({
      user: followee ? { ...fromState(followee), viewerIsFollowing: !state.deleted } : null,
    })),
  } satisfies Required<MutationResolvers>,

  User: {
    async __resolveReference(reference, { usersById }) {
      const id = referenceId(reference)
      return id === null ? null : ((await usersById.load(id)) ?? null)
    },

    avatarUrl: ({ avatarUrl }) => avatarUrl || null,

    // For a user that a command returned, the counts come from the read table.
    followersCount: async ({ id, followersCount }, _, { usersById }) =>
      followersCount ?? (await usersById.load(id))?.followersCount ?? 0,

    followingCount: async ({ id, followingCount }, _, { usersById }) =>
      followingCount ?? (await usersById.load(id))?.followingCount ?? 0,

    followers: ({ id }, page, { followers }) => followers(id, page),
    following: ({ id }, page, { following }) => following(id, page),
    viewerIsFollowing: ({ id, viewerIsFollowing }, _, { follows }) => viewerIsFollowing ?? follows(id),
  },
}

const withSession = ({ user, session }: { readonly user: User; readonly session: GivenSession | null }) => ({
  user: fromState(user),
  session,
})
const nothing = () => ({})
