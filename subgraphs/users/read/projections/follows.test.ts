import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { FollowSchema } from '#contracts/events/gen/follows_pb.ts'
import { follows } from './follows.ts'

const follow = { id: 'f', followerId: 'a', followeeId: 'b' }

test('a follow is a row of its two users', () =>
  expect(follows.row(create(FollowSchema, follow))).toEqual({ ...follow, active: true }))

test('one that ended counts no more', () => {
  const row = follows.row(create(FollowSchema, { ...follow, deleted: true }))
  expect(row).toEqual({ ...follow, active: false })
  expect(follows.counts?.map(({ when }) => when(row))).toEqual([false, false])
})

test('it counts for both', () => {
  const row = follows.row(create(FollowSchema, follow))
  expect(follows.counts?.map(({ key, column, when }) => [row[key as 'id'], column, when(row)])).toEqual([
    ['b', 'followersCount', true],
    ['a', 'followingCount', true],
  ])
})
