import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { describe, expect, test } from 'vitest'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { comments } from './comments.ts'
import { posts } from './posts.ts'
import { users } from './users.ts'

const time = new Date('2026-01-02T03:04:05.678Z')
const at = timestampFromDate(time)

describe('posts', () => {
  const state = { id: 'p', authorId: 'u', title: 'T', slug: 't-1', body: 'b' }

  test('a post is a visible row', () =>
    expect(posts.row(create(PostSchema, { ...state, createdAt: at, updatedAt: at }))).toEqual({
      ...state,
      createdAt: time,
      updatedAt: time,
      visible: true,
    }))

  test('a deleted post is a row that nobody sees', () =>
    expect(posts.row(create(PostSchema, { id: 'p', authorId: 'u', deleted: true }))).toMatchObject({
      visible: false,
      title: '',
    }))

  test('says nothing of the counter that comments keep', () =>
    expect(posts.row(create(PostSchema, state))).not.toHaveProperty('commentsCount'))
})

describe('comments', () => {
  const state = { id: 'c', postId: 'p', authorId: 'u', body: 'b' }

  test('a comment is a visible row, and counts for its post', () => {
    const row = comments.row(create(CommentSchema, { ...state, createdAt: at }))
    expect(row).toEqual({ ...state, createdAt: time, visible: true })
    expect(comments.counts?.map(({ table, key, column, when }) => ({ table, key, column, counts: when(row) }))).toEqual(
      [{ table: 'posts', key: 'postId', column: 'commentsCount', counts: true }],
    )
  })

  test('a deleted comment counts no longer', () => {
    const row = comments.row(create(CommentSchema, { ...state, body: '', deleted: true }))
    expect(comments.counts?.[0]?.when(row)).toBe(false)
  })
})

test('a user is a name to sign with', () =>
  expect(users.row(create(UserSchema, { id: 'u', username: 'ada', fullName: 'Ada', bio: 'not kept here' }))).toEqual({
    id: 'u',
    username: 'ada',
    fullName: 'Ada',
    deleted: false,
  }))
