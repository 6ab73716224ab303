import { buildSchema, parse, specifiedRules, validate } from 'graphql'
import { expect, test } from 'vitest'
import { documentLimits, validationBounds } from './document.ts'

const schema = buildSchema('type Query { self: Query  name: String }')
const bounds = { MAX_DEPTH: 3, MAX_ALIASES: 2, MAX_DIRECTIVES: 1 }
const errors = (document: string) =>
  validate(schema, parse(document), [...specifiedRules, ...documentLimits(bounds)], validationBounds(false)).map(
    ({ message }) => message,
  )

test('an operation at the limits is valid', () => {
  expect(errors('{ self { self { a: name  b: name @skip(if: false) } } }')).toEqual([])
})

test.each([
  ['{ self { self { self { name } } } }', 'Query depth limit of 3 exceeded, found 4.'],
  ['{ a: name  b: name  c: name }', 'Aliases limit of 2 exceeded, found 3.'],
  ['{ name  name  name  name }', 'Repeated fields limit of 2 exceeded, found 3.'],
  ['{ self @skip(if: false) { name @skip(if: false) } }', 'Directives limit of 1 exceeded, found 2.'],
  ['{ ...F } fragment F on Query { self { self { self { name } } } }', 'Query depth limit of 3 exceeded, found 4.'],
])('%s', (document, message) => {
  expect(errors(document)).toEqual([message])
})

test('beyond a limit, nothing else is validated', () => {
  expect(errors('{ unknown  self { self { self { unknown } } } }')).toEqual([
    'Query depth limit of 3 exceeded, found 4.',
  ])
})

test('at most five errors are reported', () => {
  expect(errors('{ a  b  c  d  e  f  g }')).toHaveLength(5)
})
