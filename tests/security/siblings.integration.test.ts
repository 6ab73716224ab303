import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSubgraphServer, subgraphSchema } from '#cqrs/graphql/server.ts'
import { freePort } from '#infra/ports.ts'
import { sign } from '#toolkit/trust/signature.ts'

const key = { id: '1', secret: 'a secret of these tests' }
const port = await freePort()
const url = new URL(`http://127.0.0.1:${port}/graphql`)
const wrote: string[] = []
const registry = new Registry()

const server = createSubgraphServer({
  host: '127.0.0.1',
  port,
  schema: subgraphSchema(
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
     type Query { people: [Person!] }
     type Mutation { rename(id: ID!): Person }
     type Person @key(fields: "id") @key(fields: "name") { id: ID! name: String }
     type Secret @key(fields: "id") { id: ID! text: String }`,
    {
      Query: { people: () => [{ id: '1', name: 'Ada' }] },
      Mutation: { rename: (_: unknown, { id }: { id: string }) => void wrote.push(id) },
      Person: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Ada' }) },
      Secret: { __resolveReference: ({ id }: { id: string }) => ({ id, text: 'told' }) },
    },
  ),
  context: () => ({}),
  callers: new Map([
    ['gateway', [key]],
    ['comments', [key]],
    ['stranger', [key]],
  ] as const),
  siblings: { comments: { entities: ['Person'] } },
  checks: {},
  log: pino({ level: 'silent' }),
  registry,
})

beforeAll(() => server.start())
afterAll(() => server.stop())

async function ask(
  caller: string,
  body: string,
  { method = 'POST', path = '/graphql', type = 'application/json' } = {},
) {
  const signature = sign(caller, key, { method, path, body, header: () => undefined })
  const response = await fetch(new URL(path, url), {
    method,
    headers: { ...signature, 'apollo-require-preflight': '1', ...(body && { 'content-type': type }) },
    ...(body && { body }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of a reply; a type would repeat it
  const { data, errors } = (await response.json()) as any
  return { status: response.status, data, reason: errors?.[0]?.extensions?.reason }
}

const person = { __typename: 'Person', id: '1' }
const byVariable = 'query($r: [_Any!]!) { _entities(representations: $r) { ...it } } fragment it on Person { id name }'
const found = { _entities: [{ id: '1', name: 'Ada' }] }

describe('a sibling gets', () => {
  test.each([
    ['in a variable', { query: byVariable, variables: { r: [person] } }],
    [
      'in literals',
      { query: '{ _entities(representations: [{ __typename: "Person", id: "1" }]) { ... on Person { id name } } }' },
    ],
  ])('entities that it may ask for, with keys %s', async (_, request) =>
    expect(await ask('comments', JSON.stringify(request))).toEqual({ status: 200, data: found, reason: undefined }),
  )
})

describe('a sibling is refused', () => {
  const entities = (representation: object, query = byVariable) => ({ query, variables: { r: [representation] } })
  test.each<[string, unknown]>([
    ['a mutation', { query: 'mutation { rename(id: "1") { id } }' }],
    ['a query', { query: '{ people { id } }' }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['the schema', { query: '{ _service { sdl } }' }],
    ['a query beside entities', entities(person, `{ people { id } ${byVariable.slice(byVariable.indexOf('{') + 1)}`)],
    ['a query under the name of entities', { query: '{ _entities: people { id } }' }],
    ['a query in a fragment', { query: '{ ... on Query { people { id } } }' }],
    ['a query in a named fragment', { query: '{ ...all } fragment all on Query { people { id } }' }],
    [
      'the mutation of two operations',
      { ...entities(person, `${byVariable} mutation M { rename(id: "1") { id } }`), operationName: 'M' },
    ],
    ['a subscription', { query: 'subscription { people { id } }' }],
    ['entities of another type', entities({ __typename: 'Secret', id: '1' })],
    ['entities by another key', entities({ __typename: 'Person', name: 'Ada' })],
    ['entities by more than their id', entities({ ...person, name: 'Ada' })],
    ['entities without keys', { query: byVariable }],
    ['entities by a value that is not a list', { query: byVariable, variables: { r: person } }],
    ['a persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }],
    ['a batch', [entities(person)]],
    ['invalid GraphQL', { query: '{' }],
    ['nothing', {}],
    ['null', null],
  ])('%s', async (_, request) => {
    expect(await ask('comments', JSON.stringify(request))).toEqual({
      status: 401,
      data: undefined,
      reason: 'operation_not_allowed',
    })
    expect(wrote).toEqual([])
  })

  test('any GET request', async () => {
    const path = `/graphql?query=${encodeURIComponent('{ people { id } }')}`
    expect(await ask('comments', '', { method: 'GET', path })).toMatchObject({ reason: 'operation_not_allowed' })
  })

  test('any request when it is not listed', async () =>
    expect(await ask('stranger', JSON.stringify(entities(person)))).toMatchObject({ reason: 'operation_not_allowed' }))

  test('and the refusal is counted', async () =>
    expect(await registry.getSingleMetricAsString('subgraph_refused_total')).toMatch(/operation_not_allowed"} [1-9]/))
})

test('the gateway may ask everything', async () => {
  expect(await ask('gateway', JSON.stringify({ query: '{ people { id } }' }))).toMatchObject({ status: 200 })
  expect(await ask('gateway', JSON.stringify({ query: 'mutation { rename(id: "7") { id } }' }))).toMatchObject({
    status: 200,
  })
  expect(wrote).toEqual(['7'])
})

describe('a body', () => {
  test('that is not JSON is not parsed before its signature is verified', async () => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })
    expect(response.status).toBe(401)
    expect(await ask('gateway', '{')).toMatchObject({ status: 400 })
  })

  test('of another content type is refused', async () =>
    expect(await ask('gateway', '{ people { id } }', { type: 'text/plain' })).toMatchObject({ status: 415 }))
})
