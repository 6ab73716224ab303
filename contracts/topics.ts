import { type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf'
import { CommentSchema } from './events/gen/comments_pb.ts'
import { FavoriteSchema } from './events/gen/favorites_pb.ts'
import { FollowSchema } from './events/gen/follows_pb.ts'
import { PostSchema } from './events/gen/posts_pb.ts'
import { UserSchema } from './events/gen/users_pb.ts'

/**
 * Every topic there is. A topic is owned by one service, holds one kind of aggregate and is keyed by its id.
 * The partition count is fixed for a topic's life: growing it would leave a key's old state in another partition.
 * Source of the settings: docs/PROTOCOL.md.
 */
export type Topic<State> = {
  /** Its name without the configured prefix. */
  readonly name: string
  /** The one service that produces to it. */
  readonly owner: string
  readonly partitions: number
  /** The aggregate's state in the log's format, and back. @throws when the bytes are no such state. */
  encode(state: State): Uint8Array
  decode(value: Uint8Array): State
  /** Topic-level settings; compared with the broker's at the start of every role. */
  readonly config: Readonly<Record<string, string>>
}

const minutes = (n: number) => String(n * 60_000)

/** All that a topic could inherit from a broker's defaults and that matters here. */
const compacted = {
  'cleanup.policy': 'compact',
  'retention.ms': '-1',
  // Both bound how long erased personal data can outlive its erasure in the log.
  'segment.ms': minutes(24 * 60),
  'max.compaction.lag.ms': minutes(24 * 60),
  'min.compaction.lag.ms': '0',
  'max.message.bytes': String(1024 * 1024),
  // What was acknowledged is not given up for a replica that lacks it.
  'unclean.leader.election.enable': 'false',
  // A record's time is that of its event, also in a copy of the log.
  'message.timestamp.type': 'CreateTime',
  // What was sent is what is kept: no broker-wide codec decides what every reader must know.
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
