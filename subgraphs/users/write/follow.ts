import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { FollowSchema } from '#contracts/events/gen/follows_pb.ts'
import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { aggregate } from '#cqrs/command/aggregate.ts'
import type { Follow } from './states.ts'
import type { Store } from './store.ts'

export const follow = aggregate({
  name: 'Follow',
  table: 'follows',
  topic: topics.follows,
  message: (state: Follow) =>
    create(FollowSchema, {
      id: state.id,
      followerId: state.followerId,
      followeeId: state.followeeId,
      createdAt: timestampFromDate(state.createdAt),
      updatedAt: timestampFromDate(state.updatedAt),
      deleted: state.deleted,
    }),
  state: (message, version) => ({
    id: message.id,
    version,
    followerId: message.followerId,
    followeeId: message.followeeId,
    createdAt: timeOf(message.createdAt),
    updatedAt: timeOf(message.updatedAt),
    deleted: message.deleted,
  }),
  find: (store: Store, id) => store.follow(id),
  findMany: (store, ids) => store.follows(ids),
  save: (store, state, version) => store.saveFollow(state, version),
})
