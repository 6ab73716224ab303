import { describe, expect, test } from 'vitest'
import { scenario, scenarioId, scenarioNow } from '#cqrs/testing/scenario.ts'
import { createRefreshTokens } from '../accounts/refresh-tokens.ts'
import { newSession } from '../accounts/sessions.ts'
import { createUser } from './create-user.ts'

const input = { username: 'ada_1', fullName: 'Ada Lovelace', email: 'ada@example.org', password: 'ink that dries' }
const refreshTokens = createRefreshTokens('a secret of sixteen')
const command = createUser('a hash', newSession({ refreshTokens, sessionDays: 30 }))
const given = scenario(command).given(false)
const created = 'inkstream.user.created.v1'

describe('createUser', () => {
  test('creates a user and their account', () =>
    given.when(input).thenAccepted(created, {
      username: 'ada_1',
      fullName: 'Ada Lovelace',
      id: scenarioId,
      version: 0,
      bio: '',
      avatarUrl: '',
      createdAt: scenarioNow,
    }))

  test('keeps address and password out of the state', () => {
    const decision = command.decide(
      false,
      { ...input, bio: '' },
      { caller: null, now: scenarioNow, newId: () => scenarioId },
    )
    expect(JSON.stringify(decision)).not.toMatch(/example\.org|ink that dries|a hash/)
  })

  test('trims its input and normalizes it to NFC', () =>
    given
      .when({ ...input, username: ' ada_1 ', fullName: ' Ade\u0301le ', bio: ' hi ' })
      .thenAccepted(created, { username: 'ada_1', fullName: 'Adéle', bio: 'hi' }))

  test.each(['', 'ab', 'a'.repeat(31), 'Ada', 'ada-1', 'ada 1', 'unknown', 'adä', 'ada\0x', 'ada\ud800'])(
    'refuses the username %j',
    (username) => given.when({ ...input, username }).thenInvalid('username'),
  )

  test.each(['admin', '4dm1n', 'inkstream_team'])('is rejected for the username %s, which is reserved', (username) =>
    given.when({ ...input, username }).thenRejected('USERNAME_RESERVED', 'username'),
  )

  test.each(['ADMIN', 'аdmin', 'ａｄｍｉｎ', 'admin\u200b'])('refuses the invalid username %j', (username) =>
    given.when({ ...input, username }).thenInvalid('username'),
  )

  test.each(['', 'ada', 'ada@', '@example.org', 'a da@example.org', `${'a'.repeat(250)}@b.org`, 'a\0@b.org'])(
    'refuses the address %j',
    (email) => given.when({ ...input, email }).thenInvalid('email'),
  )

  test.each(
    [
      ...[
        'ada\u200b@example.org',
        'a\u00adda@example.org',
        'ada@exam\u2060ple.org',
        'ada\u202e@example.org',
        '\u2067ada@example.org',
      ],
      ...[
        'ada\ufe0f@example.org',
        'ada\u{e0061}@example.org',
        'ada\u3164@example.org',
        'ada\u2800@example.org',
        'a\u007fda@b.org',
      ],
      ...['ada@b.org/x', 'ada@b%6frg.net', 'ada@b..org', 'ada@b.org:25', 'ada@c@b.org?'],
    ].map((email) => [email]),
  )('refuses the address %j, which looks like another or is none', (email) =>
    given.when({ ...input, email }).thenInvalid('email'),
  )

  test('is rejected when the address has an account in another form', () =>
    scenario(command).given(true).when(input).thenRejected('EMAIL_TAKEN', 'email'))

  test.each(['ada@example.org', " o'brien+ink@example.co.uk ", '林@例え.jp'])('accepts the address %j', (email) =>
    given.when({ ...input, email }).thenAccepted(created, {}),
  )

  test.each(['', '1234567', 'x'.repeat(201), '🦉'.repeat(201), 'abcdefgh\ud800'])(
    'refuses the password %j',
    (password) => given.when({ ...input, password }).thenInvalid('password'),
  )

  test('changes a password only by NFKC', () => {
    expect(command.input.parse({ ...input, password: ' Ｉnk of ﬁre ' }).password).toBe(' Ink of fire ')
    given.when({ ...input, password: '🦉'.repeat(200) }).thenAccepted(created, {})
  })

  test('refuses a password that is far too long quickly', () => {
    const before = process.cpuUsage()
    given.when({ ...input, password: 'ﷺ'.repeat(1_000_000) }).thenInvalid('password')
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(200)
  })

  test('counts characters as code points', () => {
    given.when({ ...input, fullName: '🦉'.repeat(100) }).thenAccepted(created, {})
    given.when({ ...input, fullName: '🦉'.repeat(101) }).thenInvalid('fullName')
  })

  test.each([
    ['fullName', ' '],
    ['fullName', 'Ada\u200bLovelace'],
    ['bio', 'a\u202eb'],
    ['bio', 'a\u001b[31mb'],
    ['bio', 'x'.repeat(501)],
    ['idempotencyKey', 'short'],
    ['idempotencyKey', 'x'.repeat(129)],
  ])('refuses %s %j', (field, value) => given.when({ ...input, [field]: value }).thenInvalid(field))

  test('reports a taken name or address by its code, and stores no digest of the password', () => {
    expect(command.taken).toEqual({
      users_username_key: { rejected: 'USERNAME_TAKEN', path: ['username'] },
      accounts_emailKey_key: { rejected: 'EMAIL_TAKEN', path: ['email'] },
    })
    expect(command.secrets).toEqual(['password'])
  })
})
