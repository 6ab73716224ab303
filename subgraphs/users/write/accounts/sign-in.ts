import { z } from 'zod'
import { validate } from '#cqrs/command/validate.ts'
import type { Call } from '#toolkit/trust/caller.ts'
import { networkOf } from '#toolkit/trust/network.ts'
import { givenEmail } from '../email.ts'
import { givenPassword } from '../rules.ts'
import { createStore } from '../store.ts'
import { type Accounts, give, refuse, TRANSACTION, unlessBusy } from './accounts.ts'
import { emailKey, emailKeys } from './email-key.ts'
import { newSession } from './sessions.ts'

const signInInput = z.object({ email: givenEmail, password: givenPassword })

/** How often a sign-in is tried when the password's hash changes meanwhile. */
const ATTEMPTS = 3

/**
 * Opens a session. Neither the reply nor its duration reveals whether the account exists: in both cases it runs the
 * same statements and verifies a password.
 */
export const signIn = (accounts: Accounts, rawInput: unknown, call: Call) =>
  unlessBusy(async () => {
    const { throttle, tokens } = accounts
    const validated = validate(signInInput, rawInput)
    if ('errors' in validated) return { status: 'rejected', errors: validated.errors } as const
    const { email, password } = validated.input
    const key = emailKey(email)
    const network = networkOf(call.address)
    const here = `${key} ${network}`
    // A network over its limit must not use up an account's attempts. One network that guesses the password of an
    // account must not lock its owner out on other networks; only very many networks together can.
    if (!(await throttle.attempt('signInsPerAddress', network))) return refuse('TOO_MANY_ATTEMPTS')
    if (!(await throttle.attempt('signInsPerAccount', here))) return refuse('TOO_MANY_ATTEMPTS')
    if (!(await throttle.attempt('signInsPerAccountInAll', key))) return refuse('TOO_MANY_ATTEMPTS')

    for (let tried = 1; tried <= ATTEMPTS; tried++) {
      const opened = await verifyAndOpen(accounts, emailKeys(email), password)
      if (opened === 'wrong') break
      if (opened === 'changed') continue
      await throttle.clear('signInsPerAccount', here)
      await throttle.clear('signInsPerAccountInAll', key)
      const { user, roles, session } = opened
      return { status: 'accepted', user, session: await give(tokens, user.id, roles, session) } as const
    }
    return refuse('INVALID_CREDENTIALS')
  })

/** Opens a session if the password is correct, and did not change before the session is written. */
async function verifyAndOpen(accounts: Accounts, keys: string[], password: string) {
  const { database, passwords } = accounts
  const account = await database.account.findFirst({ where: { emailKey: { in: keys } } })
  if (!(await passwords.verify(password, account?.passwordHash)) || !account) return 'wrong'
  const { userId, passwordHash } = account
  const rehashed = passwords.outdated(passwordHash) ? await passwords.hash(password) : undefined
  const session = newSession(accounts)
  return database.$transaction(async (transaction) => {
    const store = createStore(transaction)
    const current = await store.lockAccount(userId)
    if (current?.passwordHash !== passwordHash) return 'changed'
    if (rehashed) await store.changePasswordHash(userId, rehashed)
    await store.openSession(userId, session)
    const user = await store.user(userId)
    if (!user) throw new Error(`user ${userId} has an account and no state`)
    return { user, roles: current.roles, session }
  }, TRANSACTION)
}
