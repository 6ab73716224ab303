import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromMs } from '@bufbuild/protobuf/wkt'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { topics } from '#contracts/topics.ts'
import type { ListedTopic } from '#cqrs/broker/topics.ts'
import type { Stated } from './subgraph.fixture.ts'

const id = (kind: number, n: number) => `0189000${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`
export const userId = (n: number) => id(1, n)
export const postId = (n: number) => id(2, n)
export const commentId = (n: number) => id(3, n)

/** The user of this number as a caller. */
export const caller = (n: number, ...roles: string[]) => ({ userId: userId(n), roles, sessionId: null })

const stated = <State extends { readonly id: string }>(
  topic: ListedTopic<State>,
  version: number,
  state: State,
): Stated => ({ topic: topic.name, id: state.id, version, value: topic.encode(state) })

export const user = (n: number, more: MessageInitShape<typeof UserSchema> = {}): Stated =>
  stated(
    topics.users,
    1,
    create(UserSchema, {
      id: userId(n),
      username: `user_${n}`,
      fullName: `User ${n}`,
      avatarUrl: `https://example.org/${n}.png`,
      ...more,
    }),
  )

/** A published post of user 1. */
export const post = (n: number, more: MessageInitShape<typeof PostSchema> = {}, version = 1): Stated =>
  stated(topics.posts, version, create(PostSchema, { id: postId(n), authorId: userId(1), title: `Post ${n}`, ...more }))

type Comment = MessageInitShape<typeof CommentSchema> & {
  /** Numbers of its ancestors, from the top. */
  readonly below?: readonly number[]
}

/** A comment of user 2 on post 1, older than comments with higher numbers. */
export const comment = (n: number, { below = [], ...more }: Comment = {}, version = 1): Stated =>
  stated(
    topics.comments,
    version,
    create(CommentSchema, {
      id: commentId(n),
      postId: postId(1),
      authorId: userId(2),
      body: `Comment ${n}`,
      ancestorIds: below.map(commentId),
      createdAt: timestampFromMs(n),
      updatedAt: timestampFromMs(n),
      ...more,
    }),
  )

/** The same comment, deleted. */
export const deleted = (n: number, more: Comment = {}): Stated => comment(n, { body: '', deleted: true, ...more }, 2)
