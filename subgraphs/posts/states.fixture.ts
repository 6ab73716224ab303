import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { FavoriteSchema } from '#contracts/events/gen/favorites_pb.ts'
import { FollowSchema } from '#contracts/events/gen/follows_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { favoriteId } from './shared/favorite-id.ts'

/**
 * States as the log holds them, with ids from small numbers: user 1 is the author of post 7, and so on. The ids contain
 * letters, so that tests can change their case.
 */
const id = (kind: number, n: number) => `0189ab0${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`
export const userId = (n: number) => id(1, n)
export const postId = (n: number) => id(2, n)
export const commentId = (n: number) => id(3, n)

const minute = (n: number) => timestampFromDate(new Date(Date.UTC(2026, 0, 1, 0, n)))

/** Odd users have one. */
const avatarOf = (n: number) => (n % 2 ? `https://example.org/${n}.png` : '')

export const user = (n: number, username: string, rest: { deleted?: boolean } = {}) =>
  create(UserSchema, { id: userId(n), username, fullName: `${username} Doe`, avatarUrl: avatarOf(n), ...rest })

type Rest = Pick<
  Extract<MessageInitShape<typeof PostSchema>, { $typeName?: undefined }>,
  'title' | 'slug' | 'body' | 'tags' | 'draft' | 'formerSlugs' | 'hidden' | 'hiddenReason' | 'deleted'
>

/** A post, published at the minute of its number. */
export const post = (n: number, author: number, rest: Rest = {}) =>
  create(PostSchema, {
    id: postId(n),
    authorId: userId(author),
    title: `Post ${n}`,
    slug: `post-${n}`,
    body: 'Text.',
    createdAt: minute(n),
    updatedAt: minute(n),
    ...(rest.draft ? {} : { publishedAt: minute(n) }),
    ...rest,
  })

export const comment = (
  n: number,
  on: number,
  author: number,
  rest: { body?: string; deleted?: boolean; hidden?: boolean } = {},
) =>
  create(CommentSchema, {
    id: commentId(n),
    postId: postId(on),
    authorId: userId(author),
    body: `Comment ${n}`,
    createdAt: minute(n),
    ...rest,
  })

export const favorite = (by: number, of: number, rest: { deleted?: boolean } = {}) =>
  create(FavoriteSchema, {
    id: favoriteId(userId(by), postId(of)),
    userId: userId(by),
    postId: postId(of),
    ...rest,
  })

export const follow = (by: number, of: number, rest: { deleted?: boolean } = {}) =>
  create(FollowSchema, { id: id(4, by * 1_000 + of), followerId: userId(by), followeeId: userId(of), ...rest })
