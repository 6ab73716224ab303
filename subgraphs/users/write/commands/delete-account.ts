import { z } from 'zod'
import { command, type MachineryInput } from '#cqrs/command/command.ts'
import { accept, accountIsGone, reject } from '#cqrs/command/decision.ts'
import { UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { INVALID_CREDENTIALS, wrongPassword } from '../accounts/rejections.ts'
import { givenPassword } from '../rules.ts'
import { user } from '../user.ts'

export const deleteAccountInput: z.ZodType<MachineryInput & { readonly password: string }> = z.object({
  password: givenPassword,
})

export const deleteAccountRejections = { UNAUTHENTICATED, INVALID_CREDENTIALS }

/**
 * Deletes the caller's account, with everything that identifies them and their credentials. Their posts and comments
 * stay, with the placeholder as author.
 * @param verifiedHash the hash that the password was verified against before
 */
export const deleteAccount = (verifiedHash: string) =>
  command({
    name: 'DeleteAccount',
    aggregate: user,
    input: deleteAccountInput,
    rejections: deleteAccountRejections,

    target: (_, caller) => caller?.userId,

    async load(store, _, caller) {
      if (!caller) return { current: undefined, passwordHash: undefined }
      const account = await store.lockAccount(caller.userId)
      return { current: await store.user(caller.userId), passwordHash: account?.passwordHash }
    },

    decide({ current, passwordHash }, _, { caller, now }) {
      if (!caller) return reject('UNAUTHENTICATED')
      if (!current || current.deleted) return accountIsGone
      // The password was changed since it was verified.
      if (passwordHash !== verifiedHash) return wrongPassword('password')
      return accept('inkstream.user.deleted.v1', {
        ...current,
        username: '',
        fullName: '',
        bio: '',
        avatarUrl: '',
        updatedAt: now,
        deleted: true,
      })
    },

    alongside: (store, { id }) => store.closeAccount(id),
  })
