import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { idOf, manifestOf } from './manifest.ts'
import { operationsOf, registeredDocument } from './registered.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'inkstream-operations-'))
  return () => rmSync(dir, { recursive: true, force: true })
})

const operationsIn = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true })
    writeFileSync(join(dir, name), text)
  }
  return operationsOf(registeredDocument(dir))
}

test('every operation of every file is listed once, by name, as graphql prints it', () => {
  expect(
    operationsIn({
      'a.graphql': 'mutation Z{z}\nquery B { b(x:1), c }',
      'pages/b.graphql': 'query A($x: Int) { a(x: $x) }',
    }),
  ).toEqual([
    { name: 'A', type: 'query', body: 'query A($x: Int) {\n  a(x: $x)\n}' },
    { name: 'B', type: 'query', body: 'query B {\n  b(x: 1)\n  c\n}' },
    { name: 'Z', type: 'mutation', body: 'mutation Z {\n  z\n}' },
  ])
})

test('an operation that selects objects is registered twice: as it is written, then with __typename', () => {
  const files = { 'a.graphql': 'query A { a { b { ...F } } } fragment F on B { c }' }
  expect(operationsIn(files).map(({ name, body }) => [name, body])).toEqual([
    ['A', 'query A {\n  a {\n    b {\n      ...F\n    }\n  }\n}\n\nfragment F on B {\n  c\n}'],
    [
      'A',
      'query A {\n  a {\n    b {\n      ...F\n      __typename\n    }\n    __typename\n  }\n}\n\nfragment F on B {\n  c\n  __typename\n}',
    ],
  ])
})

test('an operation that selects __typename itself is registered once', () => {
  expect(operationsIn({ 'a.graphql': 'query A { a { __typename b } }' })).toHaveLength(1)
})

test('an operation has the fragments that it spreads, from any file, and no others', () => {
  const operations = operationsIn({
    'a.graphql': 'query A { ...One } query B { b }',
    'fragments.graphql': 'fragment One on Query { ...Two } fragment Two on Query { two } fragment Three on Query { x }',
  })
  expect(operations.map(({ body }) => [...body.matchAll(/^(?:query|fragment) \w+/gm)].map(String))).toEqual([
    ['query A', 'fragment One', 'fragment Two'],
    ['query A', 'fragment One', 'fragment Two'],
    ['query B'],
  ])
})

test.each([
  ['has no name', 'query A { a }\n{ b }', 'has a name', 'a.graphql:2:1'],
  ['has the name of another', 'query A { a }\n\nquery A { b }', 'There are two of the name "A"', 'a.graphql:3:1'],
  ['does not parse', 'query A {\n  a(\n}', 'Syntax Error', 'a.graphql:3:1'],
  ['is no operation', 'query A { a }\ntype Query { a: Int }', 'Only operations', 'a.graphql:2:1'],
])('an operation that %s is refused with its location', (_which, text, message, place) => {
  let refusal = ''
  try {
    operationsIn({ 'a.graphql': text })
  } catch (error) {
    refusal = String(error)
  }
  expect(refusal).toContain(message)
  expect(refusal).toContain(place)
})

test('a manifest is in the format of Apollo, with the hash of the body as id', () => {
  const body = 'query A {\n  a\n}'
  expect(JSON.parse(manifestOf(operationsIn({ 'a.graphql': 'query A { a }' })))).toEqual({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [
      // printf 'query A {\n  a\n}' | sha256sum
      { id: 'a2e93ae31651942b495db72b919ced0636a2450954bffd338df4c1578380b9fc', name: 'A', type: 'query', body },
    ],
  })
  expect(idOf(body)).toBe('a2e93ae31651942b495db72b919ced0636a2450954bffd338df4c1578380b9fc')
})
