import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, reject } from '#cqrs/command/decision.ts'
import { idempotencyKey } from '#cqrs/command/input.ts'
import { bio, fullName, username } from '../rules.ts'
import { user } from '../user.ts'

/** Opens an account under a name that nobody has. */
export const createUser = command({
  name: 'CreateUser',
  aggregate: user,
  input: z.object({ username, fullName, bio: bio.default(''), idempotencyKey }),

  load: async () => undefined,

  decide: (_, { username, fullName, bio }, { newId, now }) =>
    accept('inkstream.user.created.v1', {
      id: newId(),
      version: 0,
      username,
      fullName,
      bio,
      createdAt: now,
      updatedAt: now,
      deleted: false,
    }),

  taken: { users_username_key: reject('USERNAME_TAKEN', 'username') },
})
