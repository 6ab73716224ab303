import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { FavoriteSchema } from '#contracts/events/gen/favorites_pb.ts'
import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { aggregate } from '#cqrs/command/aggregate.ts'
import type { Favorite } from './states.ts'
import type { Store } from './store.ts'

export const favorite = aggregate({
  name: 'Favorite',
  table: 'favorites',
  topic: topics.favorites,
  message: (state: Favorite) =>
    create(FavoriteSchema, {
      id: state.id,
      userId: state.userId,
      postId: state.postId,
      createdAt: timestampFromDate(state.createdAt),
      updatedAt: timestampFromDate(state.updatedAt),
      deleted: state.deleted,
    }),
  state: (message, version) => ({
    id: message.id,
    version,
    userId: message.userId,
    postId: message.postId,
    createdAt: timeOf(message.createdAt),
    updatedAt: timeOf(message.updatedAt),
    deleted: message.deleted,
  }),
  find: (store: Store, id) => store.favorite(id),
  findMany: (store, ids) => store.favorites(ids),
  save: (store, state, version) => store.saveFavorite(state, version),
})
