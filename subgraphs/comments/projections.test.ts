import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { CommentSchema } from '#contracts/events/gen/comments_pb.ts'
import { PostSchema } from '#contracts/events/gen/posts_pb.ts'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { comments } from './read/projections/comments.ts'
import { users } from './read/projections/users.ts'
import { postReferences } from './write/references/posts.ts'

const time = new Date('2026-01-02T03:04:05.678Z')
const at = timestampFromDate(time)

test('a comment is a visible row', () => {
  const state = { id: 'c', postId: 'p', authorId: 'u', body: 'b' }
  expect(comments.row(create(CommentSchema, { ...state, createdAt: at, updatedAt: at }))).toEqual({
    ...state,
    createdAt: time,
    updatedAt: time,
    visible: true,
  })
})

test('a deleted comment is a row that nobody sees', () =>
  expect(comments.row(create(CommentSchema, { id: 'c', deleted: true }))).toMatchObject({ visible: false, body: '' }))

test('a user is a name to sign with', () =>
  expect(users.row(create(UserSchema, { id: 'u', username: 'ada', fullName: 'Ada' }))).toEqual({
    id: 'u',
    username: 'ada',
    fullName: 'Ada',
    deleted: false,
  }))

test('a reference of a post says whether it is there, and nothing of what it says', () =>
  expect(postReferences.row(create(PostSchema, { id: 'p', authorId: 'u', title: 'T', body: 'b' }))).toEqual({
    id: 'p',
    authorId: 'u',
    deleted: false,
  }))
