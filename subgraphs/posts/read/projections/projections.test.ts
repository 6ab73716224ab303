import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { describe, expect, test } from 'vitest'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { FavoriteSchema } from '#contracts/events/gen/favorites_pb.ts'
import { FollowSchema } from '#contracts/events/gen/follows_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import type { Count, Projection, Row } from '#cqrs/projection/projection.ts'
import { comments } from './comments.ts'
import { favorites } from './favorites.ts'
import { follows } from './follows.ts'
import { posts } from './posts.ts'
import { users } from './users.ts'

const time = new Date('2026-01-02T03:04:05.678Z')
const later = new Date('2026-01-03T03:04:05.678Z')
const at = timestampFromDate(time)

/** Where a state is counted: each counter with its table, and the column that holds its id. */
function counted<State, R extends Row>({ row, counts = [] }: Projection<State, R>, state: State): string[] {
  const mapped = row(state)
  return counts
    .filter((count: Count) => count.when(mapped))
    .map(({ table, column, key }) => `${table}.${column} of ${key}`)
}

describe('posts', () => {
  const state = {
    id: 'p',
    authorId: 'u',
    title: 'On 墨水',
    slug: 't-1',
    body: '**b**',
    tags: ['ink'],
    formerSlugs: ['o-1'],
  }
  const published = create(PostSchema, {
    ...state,
    createdAt: at,
    updatedAt: at,
    publishedAt: timestampFromDate(later),
  })

  test('a published post is a row for everybody, and is counted for its author and its tags', () => {
    expect(posts.row(published)).toEqual({
      ...state,
      excerpt: 'b',
      readingMinutes: 1,
      createdAt: time,
      updatedAt: time,
      publishedAt: later,
      visible: true,
      published: true,
      hidden: false,
      hiddenReason: '',
      lexemes: "'墨水':1A",
    })
    expect(counted(posts, published)).toEqual(['users.postsCount of authorId', 'tags.postsCount of tags'])
  })

  test('a post older than drafts was published when it was created', () =>
    expect(posts.row(create(PostSchema, { ...state, createdAt: at }))).toMatchObject({
      published: true,
      publishedAt: time,
    }))

  test('a draft is visible but not published, and is not counted', () => {
    const draft = create(PostSchema, { ...state, createdAt: at, draft: true })
    expect(posts.row(draft)).toMatchObject({ visible: true, published: false, publishedAt: time })
    expect(counted(posts, draft)).toEqual([])
  })

  test('a hidden post is visible but not published, keeps its time, and is not counted', () => {
    const hidden = create(PostSchema, { ...published, hidden: true, hiddenReason: 'Copied.' })
    expect(posts.row(hidden)).toMatchObject({
      ...{ visible: true, published: false, publishedAt: later },
      ...{ hidden: true, hiddenReason: 'Copied.' },
    })
    expect(counted(posts, hidden)).toEqual([])
  })

  test.each([{ draft: true }, { deleted: true }])(
    '%j: not hidden as well, so that moderators do not see it',
    (more) => {
      const state = create(PostSchema, { ...published, hidden: true, hiddenReason: 'Copied.', ...more })
      expect(posts.row(state)).toMatchObject({ published: false, hidden: false, hiddenReason: '' })
    },
  )

  test('a deleted post is a row that nobody sees, and is not counted', () => {
    const deleted = create(PostSchema, { id: 'p', authorId: 'u', deleted: true })
    expect(posts.row(deleted)).toMatchObject({ visible: false, published: false, title: '', tags: [], lexemes: '' })
    expect(counted(posts, deleted)).toEqual([])
  })
})

describe('comments', () => {
  const state = { id: 'c', postId: 'p', authorId: 'u', body: 'b' }

  test('a comment is a visible row, and is counted for its post', () => {
    const comment = create(CommentSchema, { ...state, createdAt: at })
    expect(comments.row(comment)).toEqual({ ...state, createdAt: time, visible: true, counted: true })
    expect(counted(comments, comment)).toEqual(['post_counts.commentsCount of postId'])
  })

  test('a hidden comment is counted, and its text is not stored', () => {
    const hidden = create(CommentSchema, { ...state, hidden: true, hiddenReason: 'spam' })
    expect(comments.row(hidden)).toMatchObject({ body: '', visible: false, counted: true })
    expect(counted(comments, hidden)).toEqual(['post_counts.commentsCount of postId'])
  })

  test.each([false, true])('a deleted comment is not counted (hidden before: %s)', (hidden) => {
    const deleted = create(CommentSchema, { ...state, body: '', deleted: true, hidden })
    expect(comments.row(deleted)).toMatchObject({ visible: false, counted: false })
    expect(counted(comments, deleted)).toEqual([])
  })
})

describe('favorites', () => {
  const state = { id: 'f', userId: 'u', postId: 'p' }

  test('a favorite is an active row, and is counted for its post', () => {
    const favorite = create(FavoriteSchema, { ...state, createdAt: at })
    expect(favorites.row(favorite)).toEqual({ ...state, active: true })
    expect(counted(favorites, favorite)).toEqual(['post_counts.favoritesCount of postId'])
  })

  test('a favorite that has ended is neither active nor counted', () => {
    const ended = create(FavoriteSchema, { ...state, deleted: true })
    expect(favorites.row(ended)).toEqual({ ...state, active: false })
    expect(counted(favorites, ended)).toEqual([])
  })
})

test.each([
  [false, true],
  [true, false],
])('a follow with deleted: %s is a row with active: %s', (deleted, active) =>
  expect(follows.row(create(FollowSchema, { id: 'f', followerId: 'a', followeeId: 'b', deleted }))).toEqual({
    id: 'f',
    followerId: 'a',
    followeeId: 'b',
    active,
  }),
)

test('a user is stored with the name and the face that are shown as author', () =>
  expect(
    users.row(
      create(UserSchema, {
        id: 'u',
        username: 'ada',
        fullName: 'Ada',
        avatarUrl: 'https://a.example',
        bio: 'not kept',
      }),
    ),
  ).toEqual({
    id: 'u',
    username: 'ada',
    fullName: 'Ada',
    avatarUrl: 'https://a.example',
    deleted: false,
  }))
