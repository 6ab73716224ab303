import { describe, test } from 'vitest'
import { accountIsGone } from '#cqrs/command/decision.ts'
import { scenario } from '#cqrs/testing/scenario.ts'
import { followUser } from './commands/follow-user.ts'
import { unfollowUser } from './commands/unfollow-user.ts'
import { followee, follower, strangers } from './follow.fixture.ts'
import { callerOf, someUser } from './user.fixture.ts'

const input = { userId: followee.id }

describe.each([
  ['followUser', followUser],
  ['unfollowUser', unfollowUser],
])('%s', (_, command) => {
  const given = (loaded: object) =>
    scenario(command)
      .given({ ...strangers, ...loaded }, callerOf(follower))
      .when(input)

  test('is refused when nobody is signed in, and for a deleted account', () => {
    scenario(command)
      .given({ ...strangers, follower: undefined })
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
      .given(strangers, callerOf(follower))
      .when({ ...input, [field]: value })
      .thenInvalid(field),
  )
})
