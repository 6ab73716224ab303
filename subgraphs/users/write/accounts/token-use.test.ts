import { describe, expect, test } from 'vitest'
import { createRefreshTokens, hashOf } from './refresh-tokens.ts'
import { REPEATABLE_MS, useOf } from './token-use.ts'

const sessionId = '019a0000-0000-7000-8000-000000000001'
const tokens = createRefreshTokens('a secret of sixteen')
const first = tokens.make(sessionId)
const second = tokens.successorOf(first.token, sessionId)
const third = tokens.successorOf(second.token, sessionId)

const useOfFirst = (hash: Uint8Array, ageMs: number | null) => useOf(hashOf(first.token), second, { hash, ageMs })

describe('a presented token is', () => {
  test.each([null, 0, REPEATABLE_MS * 100])('current when its own hash is stored, whatever its age: %s', (ageMs) =>
    expect(useOfFirst(first.hash, ageMs)).toBe('current'),
  )
  test.each([0, 1, REPEATABLE_MS - 1, -1])('repeated when its successor is current and %i ms old', (ageMs) =>
    expect(useOfFirst(second.hash, ageMs)).toBe('repeated'),
  )
  test.each([REPEATABLE_MS, REPEATABLE_MS * 2, -REPEATABLE_MS, null])(
    'reused when its successor is current and %s ms old',
    (ageMs) => expect(useOfFirst(second.hash, ageMs)).toBe('reused'),
  )
  test('reused when the successor was used, or another token is current', () => {
    expect(useOfFirst(third.hash, 0)).toBe('reused')
    expect(useOfFirst(tokens.make(sessionId).hash, 0)).toBe('reused')
  })
})

describe('the successor of a token', () => {
  test('is always the same, and a token of the same session', () => {
    expect(tokens.successorOf(first.token, sessionId)).toEqual(second)
    expect(createRefreshTokens('a secret of sixteen').successorOf(first.token, sessionId)).toEqual(second)
    expect(tokens.sessionOf(second.token)).toBe(sessionId)
  })
  test('differs by token, by session and by secret, and shares nothing with the token', () => {
    const others = [
      third,
      tokens.successorOf(tokens.make(sessionId).token, sessionId),
      createRefreshTokens('another secret').successorOf(first.token, sessionId),
    ]
    expect(new Set([first, second, ...others].map(({ token }) => token)).size).toBe(5)
    const other = tokens.successorOf(first.token, '019a0000-0000-7000-8000-000000000002')
    expect(tokens.sessionOf(other.token)).not.toBe(sessionId)
    expect(second.token.slice(22, 64)).not.toBe(first.token.slice(22, 64))
  })
})
