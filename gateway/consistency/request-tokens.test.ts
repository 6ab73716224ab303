import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTokens } from './request-tokens.ts'
import { createConsistencyTokens } from './token.ts'

const now = 1_800_000_000
const tokens = createConsistencyTokens(['a key of these tests'])
const id = (n: number) => `0190c2f1-aaaa-7bbb-8ccc-${n.toString(16).padStart(12, '0')}`
const entry = (n: number) => ({ entry: ['blog.posts.v1', id(n), n] as const, at: now })
const token = (...numbers: number[]) => tokens.make({ entries: numbers.map(entry), incompleteUntil: 0 }, now)
const long = tokens.make({ entries: Array.from({ length: 32 }, (_, n) => entry(n + 1)), incompleteUntil: 0 }, now)

const inHeader = (header: string, at = now) => readTokens({ 'consistency-token': header }, tokens, at) ?? expect.fail()
const inCookies = (cookie: string) => readTokens({ cookie }, tokens, now)
const refusedOf = (header: string, at = now) => [...inHeader(header, at).refused]

test('a request without tokens asks for nothing', () => {
  expect(readTokens({}, tokens, now)).toBeUndefined()
  expect(inCookies('session=1; theme=dark')).toBeUndefined()
})

test('all tokens of the header count, with or without spaces between them', () => {
  const { count, entries, refused } = inHeader(`${token(1)},${token(2)} , ${token(3)}`)
  expect({ count, entries, refused: [...refused] }).toEqual({ count: 3, entries: [1, 2, 3].map(entry), refused: [] })
})

describe('each token is judged on its own', () => {
  const altered = token(2).replace(/^..../, 'AAAA')
  const old = tokens.make({ entries: [], incompleteUntil: 0 }, now - 600)
  const cut = tokens.make({ entries: [entry(4)], incompleteUntil: now + 9 }, now)

  test('a good one counts beside those that are refused', () => {
    const { entries, refused, incompleteUntil } = inHeader(
      `nonsense, ${altered}, ${token(3)}, ${old}, ${cut}, more nonsense`,
    )
    expect(entries).toEqual([entry(3), entry(4)])
    expect([...refused]).toEqual(['malformed', 'signature', 'expired', 'incomplete'])
    // What an unreadable one had is not known.
    expect(incompleteUntil).toBe(now + 600)
    expect(inHeader(`${token(3)}, ${old}, ${cut}`).incompleteUntil).toBe(now + 9)
  })

  test('one is incomplete only while what it lacks is good', () => {
    expect(refusedOf(cut, now + 8)).toEqual(['incomplete'])
    expect(refusedOf(cut, now + 9)).toEqual([])
  })
})

test.each(['', ' ', ',', ' , ,'])('a header that has no token is malformed: "%s"', (header) => {
  expect(refusedOf(header)).toEqual(['malformed'])
})

describe('too much is refused unread', () => {
  test('more than eight tokens', () => {
    const of = (count: number) => Array.from({ length: count }, (_, n) => token(n + 1)).join()
    expect(inHeader(of(8)).entries).toHaveLength(8)
    expect(inHeader(of(9))).toMatchObject({ count: 9, entries: [], refused: new Set(['too_large']) })
  })

  test('more than 4 kB', () => {
    expect(refusedOf(`${long},${long},${long}`)).toEqual([])
    expect(refusedOf(`${long},${long},${long},${long}`.padEnd(4_097, ' '))).toEqual(['too_large'])
    expect(refusedOf('x'.repeat(5_000))).toEqual(['too_large'])
  })

  test('and what the client had is missing for as long as it was good', () => {
    expect(inHeader('x'.repeat(5_000)).incompleteUntil).toBe(now + 600)
  })
})

describe('in cookies', () => {
  test('each is of a name of its own, and others are left alone', () => {
    const found = inCookies(`session=1; consistency-a=${token(1)};consistency-b="${token(2)}"; consistency=${token(3)}`)
    expect(found).toMatchObject({
      count: 2,
      entries: [entry(1), entry(2)],
      cookies: ['consistency-a', 'consistency-b'],
    })
  })

  test('there may be 32, of 4 kB in all, beside those of the header', () => {
    const of = (count: number) => Array.from({ length: count }, (_, n) => `consistency-${n}=${token(n + 1)}`).join('; ')
    expect(inCookies(of(32))?.entries).toHaveLength(32)
    const both = readTokens({ cookie: of(33), 'consistency-token': token(50) }, tokens, now)
    expect(both).toMatchObject({ count: 34, entries: [entry(50)], refused: new Set(['too_large']) })
    expect(both?.cookies).toHaveLength(33)
    expect(inCookies(Array.from({ length: 5 }, (_, n) => `consistency-${n}=${long}`).join(';'))?.refused).toEqual(
      new Set(['too_large']),
    )
  })
})

test('a cookie of spaces costs no time, and a reply names at most fifty', () => {
  const began = performance.now()
  inCookies(`consistency-a=${' '.repeat(16_000)}x"y"z; theme=${' '.repeat(16_000)}x"`)
  expect(performance.now() - began).toBeLessThan(50)
  const many = Array.from({ length: 800 }, (_, n) => `consistency-${n}=x`).join('; ')
  expect(inCookies(many)).toMatchObject({ refused: new Set(['too_large']) })
  expect(inCookies(many)?.cookies).toHaveLength(50)
})

test('whatever the headers are, nothing is thrown', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary-ascii' }),
    fc.constantFrom(token(1), `,${token(2)}`, 'consistency-a='),
  )
  const joined = fc.array(text, { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(joined, joined, (header, cookie) => {
      const { entries } = readTokens({ 'consistency-token': header, cookie }, tokens, now) ?? expect.fail()
      for (const one of entries) expect([entry(1), entry(2)]).toContainEqual(one)
    }),
  )
})
