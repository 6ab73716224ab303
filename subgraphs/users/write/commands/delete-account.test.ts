import { describe, test } from 'vitest'
import { accountIsGone } from '#cqrs/command/decision.ts'
import { scenario, scenarioNow } from '#cqrs/testing/scenario.ts'
import { wrongPassword } from '../accounts/rejections.ts'
import { callerOf, someUser } from '../user.fixture.ts'
import { deleteAccount } from './delete-account.ts'

const current = someUser({ avatarUrl: 'https://example.org/ada.png' })
const command = scenario(deleteAccount('verified'))
const loaded = { current, passwordHash: 'verified' }
const input = { password: 'ink that dries' }

describe('deleteAccount', () => {
  test('removes everything that identifies the user', () =>
    command.given(loaded, callerOf(current)).when(input).thenAccepted('inkstream.user.deleted.v1', {
      id: current.id,
      version: current.version,
      username: '',
      fullName: '',
      bio: '',
      avatarUrl: '',
      updatedAt: scenarioNow,
      deleted: true,
    }))

  test('is refused when the password was changed since it was verified', () =>
    command
      .given({ current, passwordHash: 'another' }, callerOf(current))
      .when(input)
      .thenRejectedBy(wrongPassword('password')))

  test('is refused when nobody is signed in', () => command.given(loaded).when(input).thenRejected('UNAUTHENTICATED'))

  test('is refused when the account is deleted', () =>
    command
      .given({ ...loaded, current: someUser({ deleted: true }) }, callerOf(current))
      .when(input)
      .thenRejectedBy(accountIsGone))

  test('refuses a password that is too long to be one', () =>
    command
      .given(loaded, callerOf(current))
      .when({ password: 'x'.repeat(201) })
      .thenInvalid('password'))
})
