import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { FollowSchema } from '#contracts/events/gen/follows_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { topics } from '#contracts/topics.ts'
import { history } from '#cqrs/testing/interleaving.ts'
import { type Histories, idOf, life, states, text, toggles } from '../histories.ts'

export const histories: Histories = {
  topics: [topics.users, topics.follows],
  some: fc
    .record({ users: fc.array(life(text), { maxLength: 3 }), follows: fc.array(toggles, { maxLength: 3 }) })
    .map(({ users, follows }) => [
      ...users.map((one, n) => {
        const id = idOf.user(n)
        const state = (bio = '') => ({ id, username: `user_${n}`, fullName: bio, avatarUrl: bio, bio })
        const made = states(one, (bio, rest) => create(UserSchema, { ...state(bio), ...rest }))
        return history(topics.users, id, made)
      }),
      ...follows.map((one, n) => {
        const pair = { id: idOf.follow(n), followerId: idOf.user(n), followeeId: idOf.user(n + 1) }
        const made = one.map((deleted) => create(FollowSchema, { ...pair, deleted }))
        return history(topics.follows, pair.id, made)
      }),
    ]),
}
