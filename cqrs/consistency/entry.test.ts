import { expect, test } from 'vitest'
import { readAsked } from './entry.ts'

const key = '0190c2f1-aaaa-7bbb-8ccc-000000000001'
const body = (require: unknown, waitMs: unknown = 940) => ({
  query: '{ a }',
  extensions: { consistency: { require, waitMs } },
})

test('what a request must see is read from its extensions', () => {
  const require = [['blog.posts.v1', key, 2 ** 31 - 1]]
  expect(readAsked(body(require))).toEqual({ require, waitMs: 940 })
  expect(readAsked(body([]))).toEqual({ require: [], waitMs: 940 })
})

// A version that PostgreSQL's integer does not hold would fail the one look that all waiting requests share.
test.each([0, -1, 1.5, 2 ** 31, 2 ** 53, '1', null])('a version has its bounds: %j', (version) => {
  expect(readAsked(body([['blog.posts.v1', key, version]]))).toBeUndefined()
})

test.each([
  body([['blog.posts.v1', 'a post', 1]]),
  body([['', key, 1]]),
  body([[key, 1]]),
  body(Array.from({ length: 1_001 }, () => ['blog.posts.v1', key, 1])),
  body([], -1),
  body([], 60_001),
  { extensions: { consistency: true } },
  { extensions: null },
  {},
  null,
  'text',
])('what has another shape asks for nothing', (other) => {
  expect(readAsked(other)).toBeUndefined()
})
