import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { FollowSchema } from '#contracts/events/gen/follows_pb.ts'
import { follows } from './follows.ts'

const follow = { id: 'f', followerId: 'a', followeeId: 'b' }

test('a follow is a row with its two users', () =>
  expect(follows.row(create(FollowSchema, follow))).toEqual({ ...follow, active: true }))

test('a follow that has ended is not counted', () => {
  const row = follows.row(create(FollowSchema, { ...follow, deleted: true }))
  expect(row).toEqual({ ...follow, active: false })
  expect(follows.counts?.map(({ when }) => when(row))).toEqual([false, false])
})

test('a follow is counted for both users', () => {
  const row = follows.row(create(FollowSchema, follow))
  expect(follows.counts?.map(({ key, column, when }) => [row[key as 'id'], column, when(row)])).toEqual([
    ['b', 'followersCount', true],
    ['a', 'followingCount', true],
  ])
})
