import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DatedEntry } from './entry.ts'
import { createConsistencyTokens } from './token.ts'

const now = 1_800_000_000
const key = 'a key of these tests'
const tokens = createConsistencyTokens([key])

const id = (n: number) => `0190c2f1-aaaa-7bbb-8ccc-${n.toString(16).padStart(12, '0')}`
const written = (n: number, topic = 'blog.posts.v1', version = 3, at = now): DatedEntry => ({
  entry: [topic, id(n), version],
  at,
})
const complete = (entries: readonly DatedEntry[]) => ({ entries, incompleteUntil: 0 })
const topics = ['blog.users.v1', 'blog.posts.v1', 'blog.comments.v1', 'blog.follows.v1', 'blog.favorites.v1']
const many = (count: number) =>
  complete(Array.from({ length: count }, (_, n) => written(n, topics[n % 5], 1_000_000 + n, now - n)))

const read = (token: string, at = now) => {
  const content = tokens.read(token, at)
  return typeof content === 'string' ? expect.fail(content) : content
}

test('a token has what was put into it', () => {
  const anything = fc.record({
    topic: fc.stringMatching(/^[\w.-]{1,30}$/),
    key: fc.uuid(),
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    age: fc.integer({ min: 0, max: 599 }),
  })
  const unique = { selector: ({ key }: { key: string }) => key, maxLength: 12 }
  fc.assert(
    fc.property(fc.uniqueArray(anything, unique), (entries) => {
      const dated = entries.map(({ topic, key, version, age }) => ({
        entry: [topic, key, version] as const,
        at: now - age,
      }))
      const { entries: found, incompleteUntil } = read(tokens.make(complete(dated), now))
      expect(found).toHaveLength(dated.length)
      expect(found).toEqual(expect.arrayContaining(dated))
      expect(incompleteUntil).toBeLessThanOrEqual(now)
    }),
  )
})

test('it may stand in a header, a cookie and a url; one entry has at most 120 characters, 32 have at most 1,200', () => {
  const one = tokens.make(complete([written(1, 'blog.favorites.v1', 1_000_000, now - 599)]), now)
  expect(one).toMatch(/^[A-Za-z0-9._-]{1,120}$/)
  const full = tokens.make(many(32), now)
  expect(full).toMatch(/^[A-Za-z0-9._-]{1,1200}$/)
  expect(read(full)).toEqual({ entries: many(32).entries, incompleteUntil: now })
})

test('of one aggregate it has the highest version', () => {
  const two = complete([written(1, 'blog.posts.v1', 4, now - 9), written(1, 'blog.posts.v1', 2, now), written(2)])
  expect(read(tokens.make(two, now)).entries).toEqual([written(2), written(1, 'blog.posts.v1', 4, now - 9)])
})

describe('beyond 32 entries', () => {
  const cut = tokens.make(many(40), now)

  test('it has the newest', () => {
    expect(read(cut).entries).toEqual(many(32).entries)
  })

  test('it says that it is incomplete, until the newest that it lacks is no longer good', () => {
    expect(read(cut).incompleteUntil).toBe(now - 32 + 600)
  })

  test('a token that is made from it stays incomplete until then', () => {
    const later = now + 100
    const next = read(tokens.make({ ...read(cut), entries: [written(99, 'blog.posts.v1', 1, later)] }, later), later)
    expect(next.incompleteUntil).toBe(now - 32 + 600)
  })

  test('so is one that would be too long, since other teams may name topics as they like', () => {
    const long = complete(Array.from({ length: 32 }, (_, n) => written(n, `${n}`.padEnd(100, '-'))))
    const token = tokens.make(long, now)
    expect(token.length).toBeLessThanOrEqual(1_200)
    expect(read(token).entries.length).toBeGreaterThan(5)
    expect(read(token).incompleteUntil).toBe(now + 600)
  })
})

describe('an entry is good for ten minutes', () => {
  test('and is then left out', () => {
    const token = tokens.make(complete([written(1, 'blog.posts.v1', 3, now - 500), written(2)]), now)
    expect(read(token, now + 99).entries).toHaveLength(2)
    expect(read(token, now + 100).entries).toEqual([written(2)])
  })

  test('and a token of nothing newer is refused', () => {
    const token = tokens.make(complete([written(1)]), now)
    expect(read(token, now + 599).entries).toHaveLength(1)
    expect(tokens.read(token, now + 600)).toBe('expired')
  })

  test('and what is older is not put into one', () => {
    expect(read(tokens.make(complete([written(1, 'blog.posts.v1', 3, now - 600)]), now)).entries).toEqual([])
  })

  test('by the clock of who reads it, which may be a little behind', () => {
    expect(read(tokens.make(complete([written(1)]), now), now - 5).entries).toEqual([written(1)])
  })
})

describe('it is refused', () => {
  const token = tokens.make(complete([written(1)]), now)

  test('when any of its characters is another', () => {
    for (let at = 0; at < token.length; at++) {
      if (token[at] === '.') continue
      const altered = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
      expect(tokens.read(altered, now)).toBe('signature')
    }
  })

  test('when another installation signed it', () => {
    expect(tokens.read(createConsistencyTokens(['another key']).make(complete([written(1)]), now), now)).toBe(
      'signature',
    )
  })

  test.each([
    '',
    '.',
    'nothing',
    `${token}A`,
    token.slice(0, -1),
    ` ${token}`,
    token.replace('.', ''),
    `${token}.${token}`,
  ])('when it is no token: "%s"', (text) => {
    expect(tokens.read(text, now)).toBe('malformed')
  })

  test('or read, whatever it is, and nothing is thrown', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary-ascii' }),
      fc.base64String(),
      fc.mixedCase(fc.constant(token)),
    )
    fc.assert(
      fc.property(text, (any) => {
        if (any !== token) expect(['malformed', 'signature']).toContain(tokens.read(any, now))
      }),
    )
  })
})

describe('keys rotate', () => {
  const older = tokens.make(complete([written(1)]), now)

  test('a token of an older key is read while that key is known', () => {
    expect(createConsistencyTokens(['a newer key', key]).read(older, now)).toMatchObject({ entries: [written(1)] })
    expect(createConsistencyTokens(['a newer key']).read(older, now)).toBe('signature')
  })

  test('the newest key signs', () => {
    const newer = createConsistencyTokens(['a newer key', key]).make(complete([written(1)]), now)
    expect(tokens.read(newer, now)).toBe('signature')
    expect(createConsistencyTokens(['a newer key']).read(newer, now)).toMatchObject({ entries: [written(1)] })
  })
})
