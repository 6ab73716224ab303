import { describe, expect, test } from 'vitest'
import type { Entry } from './entry.ts'
import { replyTo } from './reply.ts'
import { readTokens } from './request-tokens.ts'
import { createConsistencyTokens } from './token.ts'

const now = 1_800_000_000
const tokens = createConsistencyTokens(['a key of these tests'])
const id = (n: number) => `0190c2f1-aaaa-7bbb-8ccc-${n.toString(16).padStart(12, '0')}`
const post = (n: number, version = 1): Entry => ['blog.posts.v1', id(n), version]
const token = (n: number, at = now) => tokens.make({ entries: [{ entry: post(n), at }], incompleteUntil: 0 }, now)
const request = (...given: string[]) => readTokens({ 'consistency-token': given.join() }, tokens, now)
const byCookies = (cookie: string) => readTokens({ cookie }, tokens, now)
const read = { written: [], behind: [], uncertain: false }
const wrote = (...written: Entry[]) => ({ written, behind: [], uncertain: false })
const late = { service: 'posts', id: id(1), version: 1, why: 'late' } as const
const off = { inUse: false, secure: false }
const on = { inUse: true, secure: false }

/** What the token of a reply has. */
const contentOf = (text: string | undefined) => {
  const content = tokens.read(text ?? '', now)
  return typeof content === 'string' ? expect.fail(content) : content
}

test('a query without tokens says nothing', () => {
  expect(replyTo(undefined, read, tokens, on, now)).toEqual({ extension: undefined, token: undefined, setCookies: [] })
})

test('a mutation brings a token of what it wrote, and says nothing of freshness', () => {
  const { extension, token } = replyTo(undefined, wrote(post(1), post(2)), tokens, off, now)
  expect(extension).toEqual({ token, expiresIn: 600 })
  expect(contentOf(token).entries).toEqual([post(1), post(2)].map((entry) => ({ entry, at: now })))
})

test('the token of a mutation has what the request’s tokens had too, from when they were written', () => {
  const { extension, token: next } = replyTo(request(token(1, now - 90)), wrote(post(2)), tokens, off, now)
  expect(extension).toEqual({ token: next, expiresIn: 600, fresh: true })
  expect(contentOf(next).entries).toEqual([
    { entry: post(2), at: now },
    { entry: post(1), at: now - 90 },
  ])
})

test('a query with tokens says whether it is fresh, and brings none', () => {
  expect(replyTo(request(token(1)), read, tokens, on, now)).toEqual({
    extension: { fresh: true },
    token: undefined,
    setCookies: [],
  })
})

test('what is behind, and what was refused, is not fresh', () => {
  const { extension } = replyTo(
    request(token(1), 'nonsense'),
    { written: [], behind: [late], uncertain: false },
    tokens,
    off,
    now,
  )
  expect(extension).toEqual({ fresh: false, behind: [late], refused: ['malformed'] })
  expect(replyTo(request('nonsense'), read, tokens, off, now).extension).toEqual({
    fresh: false,
    refused: ['malformed'],
  })
})

test('a query of which a fetch failed is not called fresh', () => {
  const { extension } = replyTo(request(token(1)), { ...read, uncertain: true }, tokens, off, now)
  expect(extension).toEqual({ fresh: false })
})

test('a mutation without tokens whose own write is behind says so', () => {
  const { extension, token } = replyTo(
    undefined,
    { written: [post(1)], behind: [late], uncertain: false },
    tokens,
    off,
    now,
  )
  expect(extension).toEqual({ token, expiresIn: 600, fresh: false, behind: [late] })
})

describe('a reply brings one token in the place of many', () => {
  const given = [1, 2, 3, 4, 5].map((n) => token(n))

  test('of more than four, even if nothing was written', () => {
    expect(replyTo(request(...given.slice(1)), read, tokens, off, now).token).toBeUndefined()
    const { token, extension } = replyTo(request(...given), read, tokens, off, now)
    expect(extension).toEqual({ token, expiresIn: 600, fresh: true })
    expect(contentOf(token).entries).toHaveLength(5)
  })

  test('but not of too many in a header', () => {
    for (const tooLarge of [request('x'.repeat(5_000)), request(...Array.from({ length: 9 }, (_, n) => token(n)))])
      expect(replyTo(tooLarge, read, tokens, off, now).extension).toEqual({ fresh: false, refused: ['too_large'] })
  })

  test('of too many cookies, and says for ten minutes that it lacks what they had', () => {
    const cookies = Array.from({ length: 33 }, (_, n) => `consistency-${n}=${token(n)}`)
    const { token: next, extension } = replyTo(byCookies(cookies.join('; ')), read, tokens, on, now)
    expect(extension).toEqual({ token: next, expiresIn: 600, fresh: false, refused: ['too_large'] })
    expect(contentOf(next)).toEqual({ entries: [], incompleteUntil: now + 600 })
  })
})

describe('with cookies', () => {
  const cookieOf = (token: string | undefined) =>
    expect.stringMatching(
      new RegExp(`^consistency-[0-9a-f]{12}=${token}; Max-Age=600; Path=/; HttpOnly; SameSite=Lax$`),
    )

  test('each token is a cookie of its own', () => {
    const one = replyTo(undefined, wrote(post(1)), tokens, on, now)
    const other = replyTo(undefined, wrote(post(2)), tokens, on, now)
    expect(one.setCookies).toEqual([cookieOf(one.token)])
    expect(one.setCookies[0]?.split('=')[0]).not.toBe(other.setCookies[0]?.split('=')[0])
  })

  test('a reply that wrote removes those of its request', () => {
    const came = byCookies(`consistency-a=${token(1)}; consistency-b=nonsense`)
    const { setCookies, token: next } = replyTo(came, wrote(post(2)), tokens, on, now)
    expect(setCookies).toEqual([
      cookieOf(next),
      'consistency-a=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
      'consistency-b=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    ])
  })

  test('behind TLS they are for TLS only', () => {
    const { setCookies } = replyTo(undefined, wrote(post(1)), tokens, { inUse: true, secure: true }, now)
    expect(setCookies[0]).toMatch(/; Secure;/)
  })
})
