import { errorsOf } from '#cqrs/graphql/payload.ts'
import type { Context } from '../context.ts'
import type { MutationResolvers } from '../generated/schema.ts'
import { toNode } from '../nodes.ts'
import { changePassword } from '../write/accounts/change-password.ts'
import { endAccount } from '../write/accounts/end-account.ts'
import { refreshSession } from '../write/accounts/refresh-session.ts'
import { signIn } from '../write/accounts/sign-in.ts'
import { signOut, signOutEverywhere } from '../write/accounts/sign-out.ts'
import { signUp } from '../write/accounts/sign-up.ts'
import { followUser } from '../write/commands/follow-user.ts'
import { unfollowUser } from '../write/commands/unfollow-user.ts'
import { updateProfile } from '../write/commands/update-profile.ts'

export const mutations: MutationResolvers = {
  createUser: async (_, { input }, { accounts, caller }) => withSession(await signUp(accounts, input, caller)),
  signIn: async (_, { input }, { accounts, caller }) => withSession(await signIn(accounts, input, caller)),
  refreshSession: async (_, { refreshToken }, { accounts }) =>
    withSession(await refreshSession(accounts, refreshToken)),
  signOut: async (_, _args, { accounts, caller }) => ({ errors: errorsOf(await signOut(accounts, caller.actor)) }),
  signOutEverywhere: async (_, _args, { accounts, caller }) => ({
    errors: errorsOf(await signOutEverywhere(accounts, caller.actor)),
  }),

  async changePassword(_, { input }, { accounts, caller }) {
    const outcome = await changePassword(accounts, input, caller)
    return { session: outcome.status === 'accepted' ? outcome.session : null, errors: errorsOf(outcome) }
  },

  async deleteAccount(_, { input }, { accounts, caller }) {
    const outcome = await endAccount(accounts, input, caller)
    return { deletedUserId: outcome.status === 'accepted' ? outcome.state.id : null, errors: errorsOf(outcome) }
  },

  async updateProfile(_, { input }, { run, caller }) {
    const outcome = await run(updateProfile, input, caller)
    return { user: outcome.status === 'accepted' ? toNode(outcome.state) : null, errors: errorsOf(outcome) }
  },

  followUser: (_, { input }, context) => changeFollow(followUser, input, context),
  unfollowUser: (_, { input }, context) => changeFollow(unfollowUser, input, context),
}

type Signed = Awaited<ReturnType<typeof signUp | typeof signIn | typeof refreshSession>>

const withSession = (outcome: Signed) =>
  outcome.status === 'accepted'
    ? { user: toNode(outcome.user), session: outcome.session, errors: [] }
    : { user: null, session: null, errors: errorsOf(outcome) }

/** The payload's user is the one who is followed, as the caller now stands to them. */
async function changeFollow(
  command: typeof followUser | typeof unfollowUser,
  input: object,
  { run, caller }: Pick<Context, 'run' | 'caller'>,
) {
  const outcome = await run(command, input, caller)
  if (outcome.status === 'rejected') return { user: null, errors: errorsOf(outcome) }
  const { followee } = outcome.loaded
  const user = followee ? { ...toNode(followee), viewerIsFollowing: !outcome.state.deleted } : null
  return { user, errors: [] }
}
