import { type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf'
import { CommentSchema } from './events/gen/comments_pb.ts'
import { FavoriteSchema } from './events/gen/favorites_pb.ts'
import { FollowSchema } from './events/gen/follows_pb.ts'
import { PostSchema } from './events/gen/posts_pb.ts'
import { UserSchema } from './events/gen/users_pb.ts'

/**
 * A topic. One service owns it; it holds one kind of aggregate and is keyed by the aggregate's id. The partition count
 * never changes: with more partitions, a key's old state would stay in another partition.
 * Source of the settings: docs/PROTOCOL.md.
 */
export type Topic<State> = {
  /** Its name without the configured prefix. */
  readonly name: string
  /** The one service that produces to it. */
  readonly owner: string
  readonly partitions: number
  /** Converts a state to the log's format; `decode` converts back. @throws when the bytes are not such a state. */
  encode(state: State): Uint8Array
  decode(value: Uint8Array): State
  /** Topic-level settings. Every role compares them with the broker's when it starts. */
  readonly config: Readonly<Record<string, string>>
}

const minutes = (n: number) => String(n * 60_000)

/** Every setting that matters here, so that none comes from a broker's defaults. */
const compacted = {
  'cleanup.policy': 'compact',
  'retention.ms': '-1',
  // Both bound how long erased personal data can outlive its erasure in the log.
  'segment.ms': minutes(24 * 60),
  'max.compaction.lag.ms': minutes(24 * 60),
  'min.compaction.lag.ms': '0',
  'max.message.bytes': String(1024 * 1024),
  // A replica that lacks acknowledged records must not become leader.
  'unclean.leader.election.enable': 'false',
  // A record has the time of its event, also in a copy of the log.
  'message.timestamp.type': 'CreateTime',
  // Records keep the codec of the producer: no broker-wide codec that every reader would have to support.
  'compression.type': 'producer',
}

const topic = <Schema extends DescMessage>(
  name: string,
  owner: string,
  schema: Schema,
): Topic<MessageShape<Schema>> => ({
  name,
  owner,
  partitions: 6,
  config: compacted,
  encode: (state) => toBinary(schema, state),
  decode: (value) => fromBinary(schema, value),
})

export const topics = {
  users: topic('blog.users.v1', 'users', UserSchema),
  posts: topic('blog.posts.v1', 'posts', PostSchema),
  comments: topic('blog.comments.v1', 'comments', CommentSchema),
  follows: topic('blog.follows.v1', 'users', FollowSchema),
  favorites: topic('blog.favorites.v1', 'posts', FavoriteSchema),
} as const
