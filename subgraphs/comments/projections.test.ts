import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { describe, expect, test } from 'vitest'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { comments } from './read/projections/comments.ts'
import { posts } from './read/projections/posts.ts'
import { users } from './read/projections/users.ts'
import { postReferences } from './write/references/posts.ts'

const time = new Date('2026-01-02T03:04:05.678Z')
const at = timestampFromDate(time)

describe('a comment', () => {
  const state = { id: 'c', postId: 'p', authorId: 'u', body: 'b', ancestorIds: ['top', 'above'] }

  test('is a visible row with its parent', () =>
    expect(comments.row(create(CommentSchema, { ...state, createdAt: at, updatedAt: at }))).toEqual({
      ...state,
      parentId: 'above',
      path: ['top', 'above', 'c'],
      createdAt: time,
      updatedAt: time,
      visible: true,
      hidden: false,
      hiddenReason: '',
    }))

  test('at the top of a thread has no parent', () =>
    expect(comments.row(create(CommentSchema, { id: 'c' }))).toMatchObject({
      ancestorIds: [],
      parentId: null,
      path: ['c'],
    }))

  test('becomes a row without text when it is hidden', () =>
    expect(comments.row(create(CommentSchema, { ...state, hidden: true, hiddenReason: 'why' }))).toMatchObject({
      body: '',
      visible: true,
      hidden: true,
      hiddenReason: 'why',
    }))

  test('becomes a row with a place and no text when it is deleted, whatever the event says', () =>
    expect(
      comments.row(create(CommentSchema, { ...state, deleted: true, hidden: true, hiddenReason: 'why' })),
    ).toMatchObject({
      visible: false,
      body: '',
      hiddenReason: '',
      parentId: 'above',
    }))

  test('counts in the thread of each of its ancestors, unless it is deleted', () => {
    const [count] = comments.counts ?? []
    expect(count).toMatchObject({ table: 'threads', key: 'ancestorIds', column: 'descendantsCount' })
    for (const hidden of [false, true])
      expect(count?.when(comments.row(create(CommentSchema, { ...state, hidden })))).toBe(true)
    expect(count?.when(comments.row(create(CommentSchema, { ...state, deleted: true })))).toBe(false)
  })
})

test.each([
  ['published', {}, { visible: true, published: true, hidden: false }],
  ['a draft', { draft: true }, { visible: true, published: false, hidden: false }],
  ['hidden', { hidden: true }, { visible: true, published: false, hidden: true }],
  ['a draft, and hidden', { draft: true, hidden: true }, { visible: true, published: false, hidden: false }],
  ['deleted', { deleted: true, hidden: true }, { visible: false, published: false, hidden: false }],
])('a post that is %s becomes a row that says who may see it', (_, more, expected) =>
  expect(posts.row(create(PostSchema, { id: 'p', authorId: 'u', title: 'T', ...more }))).toEqual({
    id: 'p',
    authorId: 'u',
    ...expected,
  }),
)

test('a user is stored with the name and the face that are shown as author', () =>
  expect(
    users.row(create(UserSchema, { id: 'u', username: 'ada', fullName: 'Ada', avatarUrl: 'https://a.example' })),
  ).toEqual({
    id: 'u',
    username: 'ada',
    fullName: 'Ada',
    avatarUrl: 'https://a.example',
    deleted: false,
  }))

test('a reference to a post says whether the post exists, and holds none of its text', () =>
  expect(
    postReferences.row(
      create(PostSchema, { id: 'p', authorId: 'u', title: 'T', body: 'b', draft: true, hidden: true }),
    ),
  ).toEqual({ id: 'p', authorId: 'u', draft: true, hidden: true, deleted: false }))
