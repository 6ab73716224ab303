import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { follow, followee, follower, strangers } from '../follow.fixture.ts'
import { callerOf } from '../user.fixture.ts'
import { followUser } from './follow-user.ts'

/** What this command and unfollowUser have in common is in pair.test.ts. */
describe('followUser', () => {
  const given = (loaded: object) =>
    scenario(followUser)
      .given({ ...strangers, ...loaded }, callerOf(follower))
      .when({ userId: followee.id })

  test('begins a follow', () =>
    given({}).thenAccepted('inkstream.follow.created.v1', {
      ...follow,
      version: 0,
      createdAt: scenarioNow,
      updatedAt: scenarioNow,
    }))

  test('begins again after it ended', () =>
    given({ follow: { ...follow, deleted: true } }).thenAccepted('inkstream.follow.created.v1', {
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
