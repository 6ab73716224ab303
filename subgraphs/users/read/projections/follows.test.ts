import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { FollowSchema } from '#contracts/events/gen/follows_pb.ts'
import { follows } from './follows.ts'

const follow = { id: 'f', followerId: 'a', followeeId: 'b' }
const since = new Date('2026-01-02T03:04:05.678Z')

test('a follow is a row with its two users and the time when it began', () =>
  expect(follows.row(create(FollowSchema, { ...follow, createdAt: timestampFromDate(since) }))).toEqual({
    ...follow,
    active: true,
    createdAt: since,
  }))

test('a follow that has ended is not counted', () => {
  const row = follows.row(create(FollowSchema, { ...follow, deleted: true }))
  expect(row).toMatchObject({ ...follow, active: false })
  expect(follows.counts?.map(({ when }) => when(row))).toEqual([false, false])
})

test('a follow is counted for both users', () => {
  const row = follows.row(create(FollowSchema, follow))
  expect(follows.counts?.map(({ key, column, when }) => [row[key as 'id'], column, when(row)])).toEqual([
    ['b', 'followersCount', true],
    ['a', 'followingCount', true],
  ])
})
