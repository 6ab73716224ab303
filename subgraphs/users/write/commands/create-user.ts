import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { idempotencyKey } from '#cqrs/command/input.ts'
import type { RejectionText } from '#cqrs/command/rejections.ts'
import type { NewSession } from '../accounts/sessions.ts'
import { email } from '../email.ts'
import { isReserved, USERNAME_RESERVED } from '../reserved.ts'
import { bio, fullName, newPassword, username } from '../rules.ts'
import { USERNAME_TAKEN, user } from '../user.ts'

export const createUserInput = z.object({
  username,
  fullName,
  bio: bio.default(''),
  email,
  password: newPassword,
  idempotencyKey,
})

const EMAIL_TAKEN: RejectionText = {
  message: 'There is an account with this e-mail address: sign in, or use another.',
  meaning: 'an account has this address, in upper or lower case, with its domain in Unicode or in ASCII',
  advice: 'offers to sign in',
}

export const createUserRejections = { USERNAME_RESERVED, USERNAME_TAKEN, EMAIL_TAKEN }

/**
 * Creates an account with an unused name and e-mail address, and a session for it.
 * @param passwordHash of the input's password, computed before, so that no transaction waits for it
 */
export const createUser = (passwordHash: string, session: NewSession) =>
  command({
    name: 'CreateUser',
    aggregate: user,
    input: createUserInput,
    secrets: ['password'],
    rejections: createUserRejections,

    load: (store, { email }) => store.hasAddress(email),

    decide(addressTaken, { username, fullName, bio }, { newId, now }) {
      if (isReserved(username)) return reject('USERNAME_RESERVED', 'username')
      if (addressTaken) return reject('EMAIL_TAKEN', 'email')
      return accept('inkstream.user.created.v1', {
        id: newId(),
        version: 0,
        username,
        fullName,
        bio,
        avatarUrl: '',
        createdAt: now,
        updatedAt: now,
        deleted: false,
      })
    },

    async alongside(store, { id: userId }, { email }) {
      await store.openAccount({ userId, email, passwordHash })
      await store.openSession(userId, session)
    },

    taken: {
      users_username_key: reject('USERNAME_TAKEN', 'username'),
      accounts_emailKey_key: reject('EMAIL_TAKEN', 'email'),
    },
  })
