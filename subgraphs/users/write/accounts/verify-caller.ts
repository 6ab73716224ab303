import type { Actor } from '#cqrs/command/command.ts'
import { type Accounts, type Refused, refuse } from './accounts.ts'

/**
 * Has the caller prove again who they are, for what a stolen access token must not be enough for.
 * @param path the input field of the password
 * @returns the hash that the password fits
 */
export async function verifyCaller(
  { database, passwords, throttle }: Pick<Accounts, 'database' | 'passwords' | 'throttle'>,
  actor: Actor,
  password: string,
  path: string,
): Promise<{ readonly userId: string; readonly passwordHash: string } | Refused> {
  if (!actor) return refuse('UNAUTHENTICATED')
  const { userId } = actor
  if (!(await throttle.attempt('passwordsPerAccount', userId))) return refuse('TOO_MANY_ATTEMPTS')
  const account = await database.account.findUnique({ where: { userId } })
  const fits = await passwords.verify(password, account?.passwordHash)
  if (!account || !fits) return refuse('INVALID_CREDENTIALS', path)
  await throttle.clear('passwordsPerAccount', userId)
  return { userId, passwordHash: account.passwordHash }
}
