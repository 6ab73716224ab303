import { describe, expect, test } from 'vitest'
import { scenario, scenarioId, scenarioNow } from '#cqrs/testing/scenario.ts'
import { createUser } from './create-user.ts'

const input = { username: 'ada_1', fullName: 'Ada Lovelace' }
const given = scenario(createUser).given(undefined)

describe('createUser', () => {
  test('opens an account', () =>
    given.when(input).thenAccepted('inkstream.user.created.v1', {
      ...input,
      id: scenarioId,
      version: 0,
      bio: '',
      createdAt: scenarioNow,
    }))

  test('trims what it is given and puts it into NFC', () =>
    given
      .when({ username: ' ada_1 ', fullName: ' Ade\u0301le ', bio: ' hi ' })
      .thenAccepted('inkstream.user.created.v1', { username: 'ada_1', fullName: 'Adéle', bio: 'hi' }))

  test.each(['', 'ab', 'a'.repeat(31), 'Ada', 'ada-1', 'ada 1', 'unknown', 'adä', 'ada\0x', 'ada\ud800'])(
    'refuses the username %j',
    (username) => given.when({ ...input, username }).thenInvalid('username'),
  )

  test('counts characters as code points', () => {
    given.when({ ...input, fullName: '🦉'.repeat(100) }).thenAccepted('inkstream.user.created.v1', {})
    given.when({ ...input, fullName: '🦉'.repeat(101) }).thenInvalid('fullName')
  })

  test.each([
    ['fullName', ' '],
    ['bio', 'x'.repeat(501)],
    ['idempotencyKey', 'short'],
    ['idempotencyKey', 'x'.repeat(129)],
  ])('refuses %s %j', (field, value) => given.when({ ...input, [field]: value }).thenInvalid(field))

  test('says whom a name belongs to by a code', () =>
    expect(createUser.taken).toEqual({ users_username_key: { rejected: 'USERNAME_TAKEN', path: ['username'] } }))
})
