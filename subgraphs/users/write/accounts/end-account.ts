import { validate } from '#cqrs/command/validate.ts'
import type { Call } from '#toolkit/trust/caller.ts'
import { deleteAccount, deleteAccountInput } from '../commands/delete-account.ts'
import { type Accounts, unlessBusy } from './accounts.ts'
import { verifyCaller } from './verify-caller.ts'

/** Deletes the caller's account if the password is correct. */
export const endAccount = (accounts: Accounts, rawInput: unknown, call: Call) =>
  unlessBusy(async () => {
    const validated = validate(deleteAccountInput, rawInput)
    if ('errors' in validated) return { status: 'rejected', errors: validated.errors } as const
    const verified = await verifyCaller(accounts, call, validated.input.password, 'password')
    if ('errors' in verified) return verified
    return accounts.run(deleteAccount(verified.passwordHash), rawInput, call)
  })
