import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { timeOf } from '#contracts/events/time.ts'
import { topics } from '#contracts/topics.ts'
import { aggregate } from '#cqrs/command/aggregate.ts'
import type { RejectionText } from '#cqrs/command/rejections.ts'
import type { Comment } from './states.ts'
import type { Store } from './store.ts'

export const comment = aggregate({
  name: 'Comment',
  table: 'comments',
  topic: topics.comments,
  message: (state: Comment) =>
    create(CommentSchema, {
      id: state.id,
      postId: state.postId,
      authorId: state.authorId,
      body: state.body,
      ancestorIds: [...state.ancestorIds],
      hidden: state.hidden,
      hiddenReason: state.hiddenReason,
      createdAt: timestampFromDate(state.createdAt),
      updatedAt: timestampFromDate(state.updatedAt),
      deleted: state.deleted,
    }),
  state: (message, version) => ({
    id: message.id,
    version,
    postId: message.postId,
    authorId: message.authorId,
    body: message.body,
    ancestorIds: message.ancestorIds,
    hidden: message.hidden,
    hiddenReason: message.hiddenReason,
    createdAt: timeOf(message.createdAt),
    updatedAt: timeOf(message.updatedAt),
    deleted: message.deleted,
  }),
  erased: ({ deleted }) => deleted,
  find: (store: Store, id) => store.comment(id),
  findMany: (store, ids) => store.comments(ids),
  save: (store, state, version) => store.saveComment(state, version),
})

export const COMMENT_NOT_FOUND: RejectionText = {
  message: 'There is no such comment, or it is gone, or its post is.',
  meaning: 'no such comment, or it or its post is gone',
  advice: 'goes back',
}
