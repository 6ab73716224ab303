import type { Actor } from '#cqrs/command/command.ts'
import { type Accounts, refuse } from './accounts.ts'

/** Ends the caller's session. An access token that it gave out is good until it expires. */
export async function signOut({ database }: Pick<Accounts, 'database'>, actor: Actor) {
  if (!actor) return refuse('UNAUTHENTICATED')
  const { userId, sessionId } = actor
  // Sessions of another issuer are not ours to end.
  if (sessionId) await database.session.deleteMany({ where: { id: sessionId, userId } })
  return { status: 'accepted' } as const
}

/** Ends every session of the caller's account, their own too. Access tokens that they gave out are good until they expire. */
export async function signOutEverywhere({ database }: Pick<Accounts, 'database'>, actor: Actor) {
  if (!actor) return refuse('UNAUTHENTICATED')
  await database.session.deleteMany({ where: { userId: actor.userId } })
  return { status: 'accepted' } as const
}
