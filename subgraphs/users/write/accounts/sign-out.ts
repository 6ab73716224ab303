import { accountIsGone } from '#cqrs/command/decision.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import { type Accounts, isGone, refuse, refuseBy } from './accounts.ts'

type WithDatabase = Pick<Accounts, 'database'>

/** Ends the caller's session. Its access tokens stay valid until they expire. */
export const signOut = (accounts: WithDatabase, caller: Caller) =>
  // A token of another issuer has no session here.
  endSessions(accounts, caller, ({ sessionId, userId }) => (sessionId ? { id: sessionId, userId } : null))

/** Ends every session of the caller's account, including this one. Access tokens stay valid until they expire. */
export const signOutEverywhere = (accounts: WithDatabase, caller: Caller) =>
  endSessions(accounts, caller, ({ userId }) => ({ userId }))

async function endSessions(
  { database }: WithDatabase,
  caller: Caller,
  which: (caller: NonNullable<Caller>) => { readonly id?: string; readonly userId: string } | null,
) {
  if (!caller) return refuse('UNAUTHENTICATED')
  if (await isGone(database, caller.userId)) return refuseBy(accountIsGone)
  const where = which(caller)
  if (where) await database.session.deleteMany({ where })
  return { status: 'accepted' } as const
}
