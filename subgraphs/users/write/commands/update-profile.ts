import { z } from 'zod'
import { command } from '#cqrs/command/command.ts'
import { accept, accountIsGone, reject, unchanged } from '#cqrs/command/decision.ts'
import { expectedVersion, idempotencyKey } from '#cqrs/command/input.ts'
import { UNAUTHENTICATED } from '#cqrs/command/rejections.ts'
import { isReserved, USERNAME_RESERVED } from '../reserved.ts'
import { avatarUrl, bio, fullName, username } from '../rules.ts'
import { USERNAME_TAKEN, user } from '../user.ts'

/** Changes the caller's profile. Omitted fields stay unchanged. */
export const updateProfile = command({
  name: 'UpdateProfile',
  aggregate: user,
  input: z.object({
    username: username.optional(),
    fullName: fullName.optional(),
    bio: bio.optional(),
    avatarUrl: avatarUrl.optional(),
    expectedVersion,
    idempotencyKey,
  }),
  rejections: { UNAUTHENTICATED, USERNAME_RESERVED, USERNAME_TAKEN },

  target: (_, caller) => caller?.userId,
  load: async (store, _, caller) => (caller ? store.user(caller.userId) : undefined),

  decide(current, input, { caller, now }) {
    if (!caller) return reject('UNAUTHENTICATED')
    if (!current || current.deleted) return accountIsGone
    const {
      username = current.username,
      fullName = current.fullName,
      bio = current.bio,
      avatarUrl = current.avatarUrl,
    } = input
    // A user who already has a reserved name keeps it.
    if (username !== current.username && isReserved(username)) return reject('USERNAME_RESERVED', 'username')
    const same =
      username === current.username &&
      fullName === current.fullName &&
      bio === current.bio &&
      avatarUrl === current.avatarUrl
    if (same) return unchanged(current)
    return accept('inkstream.user.updated.v1', { ...current, username, fullName, bio, avatarUrl, updatedAt: now })
  },

  taken: { users_username_key: reject('USERNAME_TAKEN', 'username') },
})
