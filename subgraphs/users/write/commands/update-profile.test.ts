import { describe, expect, test } from 'vitest'
import { accountIsGone } from '#cqrs/command/decision.ts'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { callerOf, someUser } from '../user.fixture.ts'
import { updateProfile } from './update-profile.ts'

const user = someUser()
const given = scenario(updateProfile).given(user, callerOf(user))
const updated = 'inkstream.user.updated.v1'

describe('updateProfile', () => {
  test('changes the given fields and keeps the others', () =>
    given.when({ fullName: 'Ada King' }).thenAccepted(updated, {
      ...user,
      fullName: 'Ada King',
      updatedAt: scenarioNow,
    }))

  test('changes everything at once', () => {
    const all = { username: 'countess', fullName: 'A', bio: '', avatarUrl: 'https://example.org/ada.png' }
    given.when(all).thenAccepted(updated, all)
  })

  test('refuses a reserved name as a new name, but lets a user keep the one they have', () => {
    given.when({ username: 'support' }).thenRejected('USERNAME_RESERVED', 'username')
    const early = someUser({ username: 'support' })
    const theirs = scenario(updateProfile).given(early, callerOf(early))
    theirs.when({ username: 'support', bio: 'b' }).thenAccepted(updated, { username: 'support', bio: 'b' })
    theirs.when({ bio: 'b' }).thenAccepted(updated, { username: 'support', bio: 'b' })
    theirs.when({ username: 'admin' }).thenRejected('USERNAME_RESERVED', 'username')
  })

  test('removes the picture when the address is empty', () =>
    scenario(updateProfile)
      .given(someUser({ avatarUrl: 'https://example.org/ada.png' }), callerOf(user))
      .when({ avatarUrl: '' })
      .thenAccepted(updated, { avatarUrl: '' }))

  test('writes nothing when nothing changes', () => given.when({ bio: user.bio }).thenUnchanged(user))

  test.each([
    ['username', 'Ada'],
    ['fullName', ''],
    ['fullName', 'Ada\u2060Lovelace'],
    ['bio', 'a\u202eb'],
    ['bio', 'x'.repeat(501)],
    ['avatarUrl', 'http://example.org/ada.png'],
    ['avatarUrl', 'javascript:alert(1)'],
    ['avatarUrl', 'https:example.org/ada.png'],
    ['avatarUrl', 'https://example.org/a\nb'],
    ['avatarUrl', 'https://example.org/"><script>'],
    ['avatarUrl', 'https://ada:secret@example.org/'],
    ['avatarUrl', 'ada.png'],
    ['avatarUrl', `https://example.org/${'x'.repeat(500)}`],
    ['expectedVersion', 0],
    ['idempotencyKey', 'short'],
  ])('refuses %s %j', (field, value) => given.when({ [field]: value }).thenInvalid(field))

  test('is refused when nobody is signed in', () =>
    scenario(updateProfile).given(user).when({}).thenRejected('UNAUTHENTICATED'))

  test.each([[undefined], [someUser({ deleted: true })]])('is rejected when the account is deleted', (gone) =>
    scenario(updateProfile).given(gone, callerOf(user)).when({ bio: 'b' }).thenRejectedBy(accountIsGone),
  )

  test('reports a taken name by its code', () =>
    expect(updateProfile.taken).toEqual({ users_username_key: { rejected: 'USERNAME_TAKEN', path: ['username'] } }))
})
