import { expect, test } from 'vitest'
import { sourceRefusal } from './source.ts'

test('a document of usual length and depth is parsed', () => {
  expect(sourceRefusal('{ person(id: "1") { name } }', 2_000)).toBeUndefined()
  expect(sourceRefusal('', 2_000)).toBeUndefined()
})

test('a longer document is not, with its length in the message', () => {
  expect(sourceRefusal('#'.repeat(256 * 1024), 2_000)).toBeUndefined()
  expect(sourceRefusal('#'.repeat(256 * 1024 + 1), 2_000)).toEqual({
    code: 'BAD_REQUEST',
    message: expect.stringMatching(/^The document has 262145 characters, and 262144 are allowed/),
  })
})

test('a document that is nested deeper is not', () => {
  expect(sourceRefusal(`${'{a'.repeat(200)}`, 2_000)).toBeUndefined()
  expect(sourceRefusal(`${'{a'.repeat(201)}`, 2_000)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' })
})

test('brackets after the last allowed token do not count: the parser refuses the document', () => {
  expect(sourceRefusal(`${'a '.repeat(50)}${'{a'.repeat(201)}`, 50)).toBeUndefined()
})
