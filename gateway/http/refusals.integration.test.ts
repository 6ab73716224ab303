import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type RunningGateway,
  startGateway,
  startPeople,
  startWritings,
  supergraphOf,
} from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'

let people: StubSubgraph
let writings: StubSubgraph
let gateway: RunningGateway

beforeAll(async () => {
  ;[people, writings] = await Promise.all([startPeople(), startWritings()])
  gateway = await startGateway(supergraphOf([people, writings]), {
    MAX_DEPTH: '3',
    MAX_ALIASES: '3',
    MAX_DIRECTIVES: '3',
    MAX_TOKENS: '200',
  })
})
afterAll(() => Promise.all([gateway?.stop(), people?.close(), writings?.close()]))

const person = '{ person(id: "1") { name } }'

describe('an operation is refused before any fetch when it', () => {
  test.each([
    ['is too deep', '{ writings { author { self { name } } } }', 'Query depth limit of 3 exceeded, found 4.'],
    [
      'is too deep in its fragments',
      '{ ...Q } fragment Q on Query { writings { author { ...P } } } fragment P on Person { self { name } }',
      'Query depth limit of 3 exceeded, found 4.',
    ],
    [
      'has too many aliases',
      '{ a: person(id: "1") { b: name c: name d: name } }',
      'Aliases limit of 3 exceeded, found 4.',
    ],
    [
      'has too many directives',
      `{ person(id: "1") { ${'name @skip(if: false) '.repeat(4)} } }`,
      'Directives limit of 3 exceeded, found 4.',
    ],
    ['has too many tokens', `{ ${'person '.repeat(300)} }`, /token/i],
    ['is not GraphQL', '{ person(', /^Syntax Error/],
    ['selects an unknown field', '{ nobody }', /^Cannot query field/],
    [
      'spreads a fragment into itself',
      '{ person(id: "1") { ...F } } fragment F on Person { ...F }',
      /Cannot spread fragment/,
    ],
    ['is empty', '', /non-empty/],
  ])('%s', async (_when, query, message) => {
    people.behave()
    writings.behave()
    const response = await gateway.post(JSON.stringify({ query }))
    const reply = (await response.json()) as { errors: { message: string; extensions: object }[] }
    expect({ status: response.status, message: reply.errors[0]?.message }).toEqual({
      status: 400,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
    expect([...people.requests, ...writings.requests]).toEqual([])
  })
})

describe('a request is refused in GraphQL’s format when it', () => {
  const json = { 'content-type': 'application/json' }
  test.each<[string, number, RegExp, string, RequestInit]>([
    ['is not JSON', 400, /JSON/, '/graphql', { method: 'POST', headers: json, body: '{"query":' }],
    ['is JSON of another kind', 400, /POST body|query/i, '/graphql', { method: 'POST', headers: json, body: '17' }],
    ['is null', 400, /POST body|query/i, '/graphql', { method: 'POST', headers: json, body: 'null' }],
    ['has no body', 400, /empty|POST body/i, '/graphql', { method: 'POST', headers: json }],
    ['has no query', 400, /no keys/, '/graphql', { method: 'POST', headers: json, body: '{}' }],
    [
      'has a query that is not a string',
      400,
      /must be strings/,
      '/graphql',
      { method: 'POST', headers: json, body: '{"query":{}}' },
    ],
    [
      'has variables that are not an object',
      400,
      /as an object/,
      '/graphql',
      { method: 'POST', headers: json, body: JSON.stringify({ query: person, variables: 'x' }) },
    ],
    [
      'has several operations and no name',
      400,
      /Must provide operation name/,
      '/graphql',
      { method: 'POST', headers: json, body: JSON.stringify({ query: `query A ${person} query B ${person}` }) },
    ],
    [
      'names an operation that is not in it',
      400,
      /Unknown operation/,
      '/graphql',
      { method: 'POST', headers: json, body: JSON.stringify({ query: person, operationName: 'X' }) },
    ],
    [
      'is a batch',
      400,
      /batch/i,
      '/graphql',
      { method: 'POST', headers: json, body: JSON.stringify([{ query: person }, { query: person }]) },
    ],
    [
      'is of another content type',
      415,
      /media type/i,
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<a/>' },
    ],
    [
      'could be forged by a form',
      400,
      /CSRF|Cross-Site/i,
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ query: person }) },
    ],
    ['could be forged by a link', 400, /CSRF|Cross-Site/i, `/graphql?query=${encodeURIComponent(person)}`, {}],
    [
      'is a mutation by GET',
      405,
      /GET requests only support query/,
      `/graphql?query=${encodeURIComponent('mutation { write(title: "a") { id } }')}`,
      { headers: { 'apollo-require-preflight': '1' } },
    ],
    [
      'is larger than 1 MiB',
      413,
      /too large/i,
      '/graphql',
      { method: 'POST', headers: json, body: JSON.stringify({ query: `${person} # ${'x'.repeat(2_000_000)}` }) },
    ],
    [
      'is for another path',
      404,
      /nothing at POST \/graphq1/,
      '/graphq1',
      { method: 'POST', headers: json, body: '{}' },
    ],
  ])('%s', async (_when, status, message, path, init) => {
    const response = await fetch(`${gateway.url}${path}`, init)
    const reply = (await response.json()) as { errors: { message: string; extensions: object }[] }
    expect({ status: response.status, reply }).toEqual({
      status,
      reply: {
        errors: [{ message: expect.stringMatching(message), extensions: { code: expect.stringMatching(/^[A-Z_]+$/) } }],
      },
    })
  })

  test('and a query by GET is answered when a form could not have sent it', async () => {
    const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(person)}`, {
      headers: { 'apollo-require-preflight': '1' },
    })
    expect(await response.json()).toEqual({ data: { person: { name: 'Person 1' } } })
  })
})
