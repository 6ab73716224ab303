import { describe, test } from 'vitest'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { follow, followee, follower, strangers } from '../follow.fixture.ts'
import { callerOf } from '../user.fixture.ts'
import { unfollowUser } from './unfollow-user.ts'

/** What this command and followUser have in common is in pair.test.ts. */
describe('unfollowUser', () => {
  const given = (loaded: object) =>
    scenario(unfollowUser)
      .given({ ...strangers, ...loaded }, callerOf(follower))
      .when({ userId: followee.id })

  test('ends a follow, and keeps the time when it began', () =>
    given({ follow }).thenAccepted('inkstream.follow.deleted.v1', {
      version: 4,
      createdAt: follow.createdAt,
      updatedAt: scenarioNow,
      deleted: true,
    }))

  test('records the end of a follow that never began', () =>
    given({}).thenAccepted('inkstream.follow.deleted.v1', { id: follow.id, version: 0, deleted: true }))

  test('writes nothing the second time', () => {
    const ended = { ...follow, deleted: true }
    given({ follow: ended }).thenUnchanged(ended)
  })
})
