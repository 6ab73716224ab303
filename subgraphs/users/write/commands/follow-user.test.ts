import { describe, expect, test } from 'vitest'
import { accountIsGone } from '#cqrs/command/decision.ts'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { followId } from '../../shared/follow-id.ts'
import type { Follow } from '../states.ts'
import { callerOf, someUser } from '../user.fixture.ts'
import { followUser } from './follow-user.ts'
import { unfollowUser } from './unfollow-user.ts'

const follower = someUser()
const followee = someUser({ id: '01890000-0000-7000-8000-00000000000b', username: 'grace' })
const begun = new Date('2026-01-01T00:00:00.000Z')
const follow: Follow = {
  id: followId(follower.id, followee.id),
  version: 4,
  followerId: follower.id,
  followeeId: followee.id,
  createdAt: begun,
  updatedAt: begun,
  deleted: false,
}
const ended: Follow = { ...follow, deleted: true }
const input = { userId: followee.id }
const pair = { follower, followee, follow: undefined, followed: 0 }

test('a pair has one follow, active or not, and another in the other direction', () => {
  expect(followId(follower.id, followee.id)).toBe('3cc5355a-624b-5731-9768-59e54e33c8ab')
  expect(followId(followee.id, follower.id)).not.toBe(followId(follower.id, followee.id))
})

describe('followUser', () => {
  const given = (loaded: typeof pair | object) =>
    scenario(followUser)
      .given({ ...pair, ...loaded }, callerOf(follower))
      .when(input)

  test('begins a follow', () =>
    given({}).thenAccepted('inkstream.follow.created.v1', {
      ...follow,
      version: 0,
      createdAt: scenarioNow,
      updatedAt: scenarioNow,
    }))

  test('begins again after it ended', () =>
    given({ follow: ended }).thenAccepted('inkstream.follow.created.v1', {
      version: 4,
      createdAt: scenarioNow,
      deleted: false,
    }))

  test('writes nothing the second time', () => given({ follow, followed: 2_000 }).thenUnchanged(follow))

  test('is rejected when the caller follows too many', () => {
    given({ followed: 1_999 }).thenAccepted('inkstream.follow.created.v1', {})
    given({ followed: 2_000 }).thenRejected('TOO_MANY_FOLLOWS', 'userId')
  })
})

describe('unfollowUser', () => {
  const given = (loaded: typeof pair | object) =>
    scenario(unfollowUser)
      .given({ ...pair, ...loaded }, callerOf(follower))
      .when(input)

  test('ends a follow, and keeps the time when it began', () =>
    given({ follow }).thenAccepted('inkstream.follow.deleted.v1', {
      version: 4,
      createdAt: begun,
      updatedAt: scenarioNow,
      deleted: true,
    }))

  test('records the end of a follow that never began', () =>
    given({}).thenAccepted('inkstream.follow.deleted.v1', { id: follow.id, version: 0, deleted: true }))

  test('writes nothing the second time', () => given({ follow: ended }).thenUnchanged(ended))
})

describe.each([
  ['followUser', followUser],
  ['unfollowUser', unfollowUser],
])('%s', (_, command) => {
  const given = (loaded: object) =>
    scenario(command)
      .given({ ...pair, ...loaded }, callerOf(follower))
      .when(input)

  test('is refused when nobody is signed in, and for a deleted account', () => {
    scenario(command)
      .given({ ...pair, follower: undefined })
      .when(input)
      .thenRejected('UNAUTHENTICATED')
    given({ follower: someUser({ deleted: true }) }).thenRejectedBy(accountIsGone)
  })

  test('is refused for oneself', () => given({ followee: follower }).thenRejected('CANNOT_FOLLOW_SELF', 'userId'))

  test('is refused for a user who does not exist', () => {
    given({ followee: undefined }).thenRejected('USER_NOT_FOUND', 'userId')
    given({ followee: { ...followee, deleted: true } }).thenRejected('USER_NOT_FOUND', 'userId')
  })

  test.each([
    ['userId', 'x'],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) =>
    scenario(command)
      .given(pair, callerOf(follower))
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
