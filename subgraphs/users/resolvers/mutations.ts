import { commandResolvers } from '#cqrs/graphql/command-resolvers.ts'
import { payload } from '#cqrs/graphql/payload.ts'
import type { MutationResolvers } from '../generated/schema.ts'
import { toNode } from '../nodes.ts'
import type { GivenSession } from '../write/accounts/accounts.ts'
import { changePassword } from '../write/accounts/change-password.ts'
import { endAccount } from '../write/accounts/end-account.ts'
import { refreshSession } from '../write/accounts/refresh-session.ts'
import { signIn } from '../write/accounts/sign-in.ts'
import { signOut, signOutEverywhere } from '../write/accounts/sign-out.ts'
import { signUp } from '../write/accounts/sign-up.ts'
import { followCommands, userCommands } from '../write/commands.ts'
import type { User } from '../write/states.ts'

const withSession = ({ user, session }: { readonly user: User; readonly session: GivenSession | null }) => ({
  user: toNode(user),
  session,
})
const nothing = () => ({})

export const mutations = {
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

  ...commandResolvers(userCommands, ({ state }) => ({ user: toNode(state) })),
  // The followed user, with the caller's new follow state.
  ...commandResolvers(followCommands, ({ state, loaded: { followee } }) => ({
    user: followee ? { ...toNode(followee), viewerIsFollowing: !state.deleted } : null,
  })),
} satisfies Required<MutationResolvers>
