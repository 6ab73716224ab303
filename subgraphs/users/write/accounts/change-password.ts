import { z } from 'zod'
import { accountIsGone } from '#cqrs/command/decision.ts'
import { validate } from '#cqrs/command/validate.ts'
import type { Call } from '#toolkit/trust/caller.ts'
import { givenPassword, newPassword } from '../rules.ts'
import { createStore } from '../store.ts'
import { type Accounts, give, refuseBy, refuseInput, TRANSACTION, unlessBusy } from './accounts.ts'
import { guessable } from './guessable.ts'
import { wrongPassword } from './rejections.ts'
import { newSession } from './sessions.ts'
import { verifyCaller } from './verify-caller.ts'

const changePasswordInput = z.object({ currentPassword: givenPassword, newPassword })

/** Changes the caller's password, ends all sessions of the account, and opens one for the caller. */
export const changePassword = (accounts: Accounts, rawInput: unknown, call: Call) =>
  unlessBusy(async () => {
    const { database, passwords, tokens } = accounts
    const validated = validate(changePasswordInput, rawInput)
    if ('errors' in validated) return { status: 'rejected', errors: validated.errors } as const
    const { currentPassword, newPassword } = validated.input
    const verified = await verifyCaller(accounts, call, currentPassword, 'currentPassword')
    if ('errors' in verified) return verified

    const { userId, email } = verified
    const user = await database.user.findUnique({ where: { id: userId }, select: { username: true, fullName: true } })
    const why = guessable(newPassword, [email, user?.username ?? '', user?.fullName ?? ''])
    if (why) return refuseInput(why, 'newPassword')
    const passwordHash = await passwords.hash(newPassword)
    const session = newSession(accounts)
    const changed = await database.$transaction(async (transaction) => {
      const store = createStore(transaction)
      const current = await store.lockAccount(userId)
      if (!current) return accountIsGone
      // Another request changed it since it was verified.
      if (current.passwordHash !== verified.passwordHash) return wrongPassword('currentPassword')
      await store.changePasswordHash(userId, passwordHash)
      await store.endSessions(userId)
      await store.openSession(userId, session)
      return current
    }, TRANSACTION)
    if ('rejected' in changed) return refuseBy(changed)
    return { status: 'accepted', session: await give(tokens, userId, changed.roles, session) } as const
  })
