import { accountIsGone } from '#cqrs/command/decision.ts'
import type { Actor } from '#toolkit/trust/caller.ts'
import { type Accounts, isGone, refuse, refuseBy } from './accounts.ts'

type WithDatabase = Pick<Accounts, 'database'>

/** Ends the caller's session. Its access tokens stay valid until they expire. */
export const signOut = (accounts: WithDatabase, actor: Actor) =>
  // A token of another issuer has no session here.
  endSessions(accounts, actor, ({ sessionId, userId }) => (sessionId ? { id: sessionId, userId } : null))

/** Ends every session of the caller's account, including this one. Access tokens stay valid until they expire. */
export const signOutEverywhere = (accounts: WithDatabase, actor: Actor) =>
  endSessions(accounts, actor, ({ userId }) => ({ userId }))

async function endSessions(
  { database }: WithDatabase,
  actor: Actor,
  which: (actor: NonNullable<Actor>) => { readonly id?: string; readonly userId: string } | null,
) {
  if (!actor) return refuse('UNAUTHENTICATED')
  if (await isGone(database, actor.userId)) return refuseBy(accountIsGone)
  const where = which(actor)
  if (where) await database.session.deleteMany({ where })
  return { status: 'accepted' } as const
}
