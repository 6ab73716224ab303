import type { Actor } from '#cqrs/command/command.ts'
import { accountIsGone } from '#cqrs/command/decision.ts'
import { type Accounts, isGone, refuse, refuseBy } from './accounts.ts'

type WithDatabase = Pick<Accounts, 'database'>

/** Ends the caller's session. An access token that it gave out is good until it expires. */
export const signOut = (accounts: WithDatabase, actor: Actor) =>
  // Sessions of another issuer are not ours to end.
  endSessions(accounts, actor, ({ sessionId, userId }) => (sessionId ? { id: sessionId, userId } : null))

/** Ends every session of the caller's account, their own too. Access tokens that they gave out are good until they expire. */
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
