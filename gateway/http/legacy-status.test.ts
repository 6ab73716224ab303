import { expect, test } from 'vitest'
import { isLegacyOk } from './legacy-status.ts'

const invalid = [{ message: 'a', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] as const
const other = [...invalid, { message: 'b', extensions: { code: 'BAD_REQUEST' } }] as const
const json = 'application/json'
const newer = 'application/graphql-response+json'

test.each([
  [json, invalid, true],
  [json, other, false],
  [`${json};q=0.9, ${newer}`, invalid, false],
  [`${json}, ${newer};q=0.9`, invalid, true],
  [newer, invalid, false],
  ['*/*', invalid, false],
  [undefined, invalid, false],
])('a client that accepts %s gets 200 for %j: %s', (accept, errors, isOk) => {
  expect(isLegacyOk(accept, errors)).toBe(isOk)
})
