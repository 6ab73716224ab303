import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { UserSchema } from '#contracts/events/gen/users_pb.ts'
import { users } from './users.ts'

const time = new Date('2026-01-02T03:04:05.678Z')
const at = timestampFromDate(time)

test('a user is a row with the fields of the state', () => {
  const user = create(UserSchema, {
    id: 'u',
    username: 'ada',
    fullName: 'Ada',
    bio: 'b',
    avatarUrl: 'https://example.org/a.png',
    createdAt: at,
    updatedAt: at,
  })
  expect(users.row(user)).toEqual({
    id: 'u',
    username: 'ada',
    fullName: 'Ada',
    bio: 'b',
    avatarUrl: 'https://example.org/a.png',
    createdAt: time,
    updatedAt: time,
    deleted: false,
  })
})

test('a deleted user leaves a row without a name', () => {
  expect(users.row(create(UserSchema, { id: 'u', deleted: true }))).toMatchObject({
    id: 'u',
    username: '',
    deleted: true,
  })
})
