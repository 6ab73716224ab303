import { accountIsGone } from '#cqrs/command/decision.ts'
import type { Account } from '#prisma/users/write/generated/client.ts'
import type { Call } from '#toolkit/trust/caller.ts'
import { networkOf } from '#toolkit/trust/network.ts'
import { type Accounts, isGone, type Refused, refuse, refuseBy } from './accounts.ts'
import { wrongPassword } from './rejections.ts'

/**
 * Verifies the caller's password again, for operations that a stolen access token must not allow. Attempts are counted
 * by session and network: guesses with a stolen token use up only the attempts of that session, and from another
 * network not even those. The owner can sign in again, and gets a new session with its own count.
 * @param path the input field of the password
 * @returns the account, with the hash that the password matched
 */
export async function verifyCaller(
  { database, passwords, throttle }: Pick<Accounts, 'database' | 'passwords' | 'throttle'>,
  { caller, address }: Call,
  password: string,
  path: string,
): Promise<Pick<Account, 'userId' | 'email' | 'passwordHash'> | Refused> {
  if (!caller) return refuse('UNAUTHENTICATED')
  const { userId } = caller
  if (await isGone(database, userId)) return refuseBy(accountIsGone)
  // A token of another issuer has no session.
  const session = caller.sessionId ?? userId
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
