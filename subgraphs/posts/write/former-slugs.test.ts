import { expect, test } from 'vitest'
import { formerSlugs } from './former-slugs.ts'
import { draft, post } from './post.fixture.ts'

test('the most recent former slug comes last', () =>
  expect(formerSlugs({ ...post, slug: 'b', formerSlugs: ['a'] }, 'c')).toEqual(['a', 'b']))

test('a slug that is used again is no longer a former one', () =>
  expect(formerSlugs({ ...post, slug: 'c', formerSlugs: ['a', 'b'] }, 'a')).toEqual(['b', 'c']))

test('a title that keeps the slug keeps the former ones', () =>
  expect(formerSlugs({ ...post, slug: 'b', formerSlugs: ['a'] }, 'b')).toEqual(['a']))

test("a draft's slug is not kept", () => expect(formerSlugs({ ...draft, slug: 'a' }, 'b')).toEqual([]))

test('the oldest of more than a hundred are dropped', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => `former-${n}`)
  expect(formerSlugs({ ...post, slug: 'now', formerSlugs: hundred }, 'next')).toEqual([...hundred.slice(1), 'now'])
})
