import { expect, test } from 'vitest'
import { formerSlugs } from './former-slugs.ts'
import { draft, post } from './post.fixture.ts'

test('the slug that a post had comes last', () =>
  expect(formerSlugs({ ...post, slug: 'b', formerSlugs: ['a'] }, 'c')).toEqual(['a', 'b']))

test('a post that gets an old slug again has it among its former ones no longer', () =>
  expect(formerSlugs({ ...post, slug: 'c', formerSlugs: ['a', 'b'] }, 'a')).toEqual(['b', 'c']))

test('a title that changes nothing of the slug leaves them', () =>
  expect(formerSlugs({ ...post, slug: 'b', formerSlugs: ['a'] }, 'b')).toEqual(['a']))

test("a draft's slug is not kept", () => expect(formerSlugs({ ...draft, slug: 'a' }, 'b')).toEqual([]))

test('of more than a hundred the oldest are forgotten', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => `former-${n}`)
  expect(formerSlugs({ ...post, slug: 'now', formerSlugs: hundred }, 'next')).toEqual([...hundred.slice(1), 'now'])
})
