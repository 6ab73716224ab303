import { buildSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { inadmissible } from './admission.ts'

const schema = buildSchema(`
  type Query { nodes(first: Int): [Node]  name(upper: Boolean! = false): String }
  type Mutation { write(title: String!): Node }
  type Node { id: ID!  nodes(first: Int): [Node] }
`)

function check(source: string, variables: Record<string, unknown> = {}, maxCost = 1_000) {
  const document = parse(source)
  const operation = document.definitions.find((definition) => definition.kind === 'OperationDefinition')
  if (!operation) throw new Error('no operation')
  const refused = inadmissible({ schema, document, operation, variables }, maxCost)
  return refused && { code: refused.code, messages: refused.errors.map(({ message }) => message) }
}

const page = 'query ($first: Int) { nodes(first: $first) { nodes(first: $first) { id } } }'
const tooMany = (nodes: number) => ({
  code: 'GRAPHQL_VALIDATION_FAILED',
  messages: [
    `The operation may answer ${nodes} nodes, and 1000 are allowed: ask for smaller pages, or for less below them.`,
  ],
})

test.each<[string, Record<string, unknown>, object | undefined]>([
  [page, { first: 31 }, undefined],
  [page, { first: 32 }, tooMany(32 + 32 * 32)],
  [page, {}, undefined],
  [page, { first: -1 }, undefined],
  ['{ ...F ...F } fragment F on Query { nodes(first: 501) { id } }', {}, tooMany(1_002)],
  ['{ ...F } fragment F on Query { nodes(first: 1001) @include(if: false) { id } }', {}, undefined],
  ['mutation { a: write(title: "a") { id }  b: write(title: "b") { id } }', {}, tooMany(1_800)],
  ['mutation { write(title: "a") { id } }', {}, undefined],
])('%s with %j', (source, variables, refusal) => {
  expect(check(source, variables)).toEqual(refusal)
})

test('invalid variables are refused, with an error for each of the first four', () => {
  const types = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `$${name}: Int!`).join(' ')
  const refused = check(`query (${types}) { nodes { id } }`)
  expect(refused?.code).toBe('BAD_USER_INPUT')
  expect(refused?.messages).toHaveLength(5)
})

test.each([
  [
    { unknown: Array.from({ length: 1_001 }, () => 1) },
    'A list in the variables has 1001 items, and 1000 are allowed.',
  ],
  [
    Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`v${n}`, n])),
    'The variables have more than 10000 values.',
  ],
  [
    { unknown: Array.from({ length: 50 }).reduce<object>((below) => [below], {}) },
    'The variables are nested deeper than 50 levels.',
  ],
])('too many variables are refused, even unknown ones', (variables, message) => {
  expect(check('{ nodes { id } }', variables)).toEqual({ code: 'BAD_USER_INPUT', messages: [message] })
})

test('a variable that is null where null is not allowed cannot be counted, and is refused', () => {
  expect(check('query ($upper: Boolean = true) { name(upper: $upper) }', { upper: null })).toMatchObject({
    code: 'BAD_USER_INPUT',
  })
})
