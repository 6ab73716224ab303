import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { aggregate } from '#cqrs/command/aggregate.ts'
import type { RejectionText } from '#cqrs/command/rejections.ts'
import type { User } from './states.ts'
import type { Store } from './store.ts'

export const user = aggregate({
  name: 'User',
  table: 'users',
  topic: topics.users,
  message: (state: User) =>
    create(UserSchema, {
      id: state.id,
      username: state.username,
      fullName: state.fullName,
      bio: state.bio,
      avatarUrl: state.avatarUrl,
      createdAt: timestampFromDate(state.createdAt),
      updatedAt: timestampFromDate(state.updatedAt),
      deleted: state.deleted,
    }),
  state: (message, version) => ({
    id: message.id,
    version,
    username: message.username,
    fullName: message.fullName,
    bio: message.bio,
    avatarUrl: message.avatarUrl,
    createdAt: timeOf(message.createdAt),
    updatedAt: timeOf(message.updatedAt),
    deleted: message.deleted,
  }),
  erased: ({ deleted }) => deleted,
  unique: {
    column: 'username',
    holder: async (store: Store, { username, deleted }) => (deleted ? undefined : store.holderOfName(username)),
  },
  find: (store: Store, id) => store.user(id),
  findMany: (store, ids) => store.users(ids),
  save: (store, state, version) => store.saveUser(state, version),
  // A restored backup must not bring back the e-mail address and password of a deleted user.
  restored: async (store, id, state) => void ((state?.deleted ?? true) && (await store.closeAccount(id))),
})

/** Reported when the unique index of names is violated. */
export const USERNAME_TAKEN: RejectionText = {
  message: 'Somebody has this username: choose another.',
  meaning: 'somebody has this name',
  advice: 'asks for another',
}
