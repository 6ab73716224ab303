import { validate } from '#cqrs/command/validate.ts'
import type { Call } from '#toolkit/trust/caller.ts'
import { networkOf } from '#toolkit/trust/network.ts'
import { createUser, createUserInput } from '../commands/create-user.ts'
import { type Accounts, give, refuse, refuseInput, unlessBusy } from './accounts.ts'
import { guessable } from './guessable.ts'
import { newSession } from './sessions.ts'

/** Creates an account and a session. A repeated request returns no session: tokens are returned only once. */
export const signUp = (accounts: Accounts, rawInput: unknown, call: Call) =>
  unlessBusy(async () => {
    const { run, passwords, throttle, tokens } = accounts
    const validated = validate(createUserInput, rawInput)
    if ('errors' in validated) return { status: 'rejected', errors: validated.errors } as const
    const { password, username, fullName, email } = validated.input
    const why = guessable(password, [username, fullName, email])
    if (why) return refuseInput(why, 'password')
    if (!(await throttle.attempt('signUpsPerAddress', networkOf(call.address)))) return refuse('TOO_MANY_ATTEMPTS')

    const session = newSession(accounts)
    const outcome = await run(createUser(await passwords.hash(password), session), rawInput, call)
    if (outcome.status === 'rejected') return outcome
    const { state: user, repeated } = outcome
    return { status: 'accepted', user, session: repeated ? null : await give(tokens, user.id, [], session) } as const
  })
