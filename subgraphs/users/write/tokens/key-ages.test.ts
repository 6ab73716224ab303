import { expect, test } from 'vitest'
import { isDue, PUBLISHED_BEFORE_MS, retired, signingKey } from './key-ages.ts'

const minute = 60_000
const keys = (...ages: number[]) => ages.map((age) => ({ id: `${age}`, age }))
const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id)

test('the first key signs at once', () => {
  expect(signingKey(keys(0))?.id).toBe('0')
  expect(signingKey([])).toBeUndefined()
})

test('a new key signs after it was published for long enough', () => {
  const old = 30 * 24 * 60 * minute
  expect(signingKey(keys(PUBLISHED_BEFORE_MS - 1, old))?.id).toBe(`${old}`)
  expect(signingKey(keys(PUBLISHED_BEFORE_MS, old))?.id).toBe(`${PUBLISHED_BEFORE_MS}`)
})

test('the next key is due by the age of the newest, or when no key exists', () => {
  expect(isDue([], minute)).toBe(true)
  expect(isDue(keys(minute), minute)).toBe(true)
  expect(isDue(keys(minute - 1, 5 * minute), minute)).toBe(false)
})

test('a key is retired when the last token that it signed has expired, and not before', () => {
  const token = 15 * minute
  expect(ids(retired(keys(25 * minute, 99 * minute), token))).toEqual([])
  expect(ids(retired(keys(31 * minute, 99 * minute), token))).toEqual([`${99 * minute}`])
  expect(ids(retired(keys(1, 31 * minute, 99 * minute, 100 * minute), token))).toEqual([
    `${99 * minute}`,
    `${100 * minute}`,
  ])
  expect(ids(retired(keys(999 * minute), token))).toEqual([])
})
