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
  createUser: async (_, { input }, { accounts, caller }) => payload(await signUp(accounts, input, caller), withSession),
  signIn: async (_, { input }, { accounts, caller }) => payload(await signIn(accounts, input, caller), withSession),
  refreshSession: async (_, { refreshToken }, { accounts }) =>
    payload(await refreshSession(accounts, refreshToken), withSession),
  signOut: async (_, _args, { accounts, caller }) => payload(await signOut(accounts, caller.actor), nothing),
  signOutEverywhere: async (_, _args, { accounts, caller }) =>
    payload(await signOutEverywhere(accounts, caller.actor), nothing),
  changePassword: async (_, { input }, { accounts, caller }) =>
    payload(await changePassword(accounts, input, caller), ({ session }) => ({ session })),
  deleteAccount: async (_, { input }, { accounts, caller }) =>
    payload(await endAccount(accounts, input, caller), ({ state }) => ({ deletedUserId: state.id })),

  ...commandResolvers(userCommands, ({ state }) => ({ user: toNode(state) })),
  // The followed user, with the caller's new follow state.
  ...commandResolvers(followCommands, ({ state, loaded: { followee } }) => ({
    user: followee ? { ...toNode(followee), viewerIsFollowing: !state.deleted } : null,
  })),
} satisfies Required<MutationResolvers>
