import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { topics } from '#contracts/topics.ts'
import { aggregate } from '#cqrs/command/aggregate.ts'
import type { Store } from './store.ts'

/** A comment's state. The body of a deleted one is empty. */
export type Comment = {
  readonly id: string
  readonly version: number
  readonly postId: string
  readonly authorId: string
  readonly body: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deleted: boolean
}

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
      createdAt: timestampFromDate(state.createdAt),
      updatedAt: timestampFromDate(state.updatedAt),
      deleted: state.deleted,
    }),
  find: (store: Store, id) => store.comment(id),
  save: (store, state, version) => store.saveComment(state, version),
})
