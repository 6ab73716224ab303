import { accountIsGone } from '#cqrs/command/decision.ts'
import type { Caller } from '#cqrs/command/runner.ts'
import { networkOf } from '#cqrs/trust/network.ts'
import type { Account } from '#prisma/users/write/generated/client.ts'
import { type Accounts, isGone, type Refused, refuse, refuseBy } from './accounts.ts'
import { wrongPassword } from './rejections.ts'

/**
 * Has the caller prove again who they are, for what a stolen access token must not be enough for. Attempts are counted
 * by session: somebody who guesses with a stolen token uses up those of the session that it was stolen from, and from
 * another network not even those. The owner signs in, and has a session with a count of its own.
 * @param path the input field of the password
 * @returns the account, with the hash that the password fits
 */
export async function verifyCaller(
  { database, passwords, throttle }: Pick<Accounts, 'database' | 'passwords' | 'throttle'>,
  { actor, address }: Caller,
  password: string,
  path: string,
): Promise<Pick<Account, 'userId' | 'email' | 'passwordHash'> | Refused> {
  if (!actor) return refuse('UNAUTHENTICATED')
  const { userId } = actor
  if (await isGone(database, userId)) return refuseBy(accountIsGone)
  // A token of another issuer names no session.
  const session = actor.sessionId ?? userId
  const here = `${session} ${networkOf(address)}`
  if (!(await throttle.attempt('passwordsPerAccount', here))) return refuse('TOO_MANY_ATTEMPTS')
  if (!(await throttle.attempt('passwordsPerSession', session))) return refuse('TOO_MANY_ATTEMPTS')
  const account = await database.account.findUnique({ where: { userId } })
  const fits = await passwords.verify(password, account?.passwordHash)
  if (!account || !fits) return refuseBy(wrongPassword(path))
  await throttle.clear('passwordsPerAccount', here)
  await throttle.clear('passwordsPerSession', session)
  return account
}
