import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { topics } from '#contracts/topics.ts'
import { aggregate } from '#cqrs/command/aggregate.ts'
import type { Store } from './store.ts'

/** A post's state. Title, slug and body of a deleted one are empty. */
export type Post = {
  readonly id: string
  readonly version: number
  readonly authorId: string
  readonly title: string
  readonly slug: string
  readonly body: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly deleted: boolean
}

export const post = aggregate({
  name: 'Post',
  table: 'posts',
  topic: topics.posts,
  message: (state: Post) =>
    create(PostSchema, {
      id: state.id,
      authorId: state.authorId,
      title: state.title,
      slug: state.slug,
      body: state.body,
      createdAt: timestampFromDate(state.createdAt),
      updatedAt: timestampFromDate(state.updatedAt),
      deleted: state.deleted,
    }),
  find: (store: Store, id) => store.post(id),
  save: (store, state, version) => store.savePost(state, version),
})
