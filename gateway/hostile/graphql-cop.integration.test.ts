import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway } from '../testing/gateway.fixture.ts'

/** Sends the requests of https://github.com/dolevf/graphql-cop 1.15, and checks what it treats as findings. */
let gateway: RunningGateway
beforeAll(async () => {
  const real = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
  const away = 'http://127.0.0.1:9'
  const SUBGRAPH_URLS = `users=${away},posts=${away},comments=${away}`
  gateway = await startGateway(real, { SUBGRAPH_URLS, NODE_ENV: 'production' })
})
afterAll(() => gateway?.stop())

const body = (query: string) => JSON.stringify({ query, operationName: 'cop' })
const post = async (query: string) =>
  (await (await gateway.post(body(query))).json()) as { data?: unknown; errors?: unknown[] }
const get = async (query: string) => (await fetch(`${gateway.url}/graphql?${new URLSearchParams({ query })}`)).json()

test('graphql-cop finds a server that speaks GraphQL', async () => {
  expect(await post('query cop { __typename }')).toEqual({ data: { __typename: 'Query' } })
})

describe('in production, graphql-cop has no finding of', () => {
  test('alias overloading', async () => {
    const aliases = Array.from({ length: 101 }, (_, n) => `alias${n}:__typename \n`).join('')
    expect(await post(`query cop { ${aliases} }`)).not.toHaveProperty('data')
  })

  test('array-based batching', async () => {
    const batch = Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' }))
    expect(await (await gateway.post(JSON.stringify(batch))).json()).toMatchObject({ errors: [{}] })
  })

  test('directive overloading', async () => {
    const { errors } = await post('query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }')
    expect(errors).toHaveLength(1)
  })

  test('field duplication', async () => {
    expect(await post(`query cop { ${'__typename \n'.repeat(500)}} `)).not.toHaveProperty('data')
  })

  test('circular introspection', async () => {
    const circular = `query cop { __schema { types { ${'fields { type { '.repeat(4)}name ${'} } '.repeat(4)}} } }`
    expect(await post(circular)).not.toHaveProperty('data')
  })

  test('introspection', async () => {
    expect(await post('query cop { __schema { types { name fields { name } } } }')).not.toHaveProperty('data')
  })

  test('introspection, and the refusal says what a client can do', async () => {
    for (const query of [
      'query cop { __schema { queryType { name } } }',
      'query cop { __type(name: "Post") { name } }',
    ]) {
      const response = await gateway.post(body(query))
      expect([response.status, await response.json()]).toEqual([
        400,
        {
          errors: [
            expect.objectContaining({
              message: expect.stringMatching(/^The schema is not described here: leave out __schema/),
              extensions: { code: 'INTROSPECTION_DISABLED' },
            }),
          ],
        },
      ])
    }
  })

  test('advice for operators in refusals by Apollo Server itself', async () => {
    const url = `${gateway.url}/graphql`
    const json = { 'content-type': 'application/json' }
    const refused: RequestInit[] = [
      { method: 'POST', headers: json, body: '[{"query":"{ __typename }"}]' },
      { method: 'POST', headers: json, body: '{}' },
      { method: 'POST', headers: json, body: '{"query":"{ __schema { description } }"}' },
      { method: 'POST', headers: json, body: '{"query":{"kind":"Document","definitions":[]}}' },
      { method: 'POST', headers: json, body: '{"query":"{ __typename @defer }"}' },
      { method: 'POST', headers: json, body: '{"query":"subscription { a }"}' },
      { method: 'POST', headers: json, body: '{"extensions":{"persistedQuery":{"version":2}}}' },
      { method: 'POST', headers: json, body: JSON.stringify({ query: `{ ${'a '.repeat(3_000)} }` }) },
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{ __typename }"}' },
      { method: 'POST' },
      {},
    ]
    for (const init of refused) {
      const text = await (await fetch(url, init)).text()
      expect(text).toMatch(/^\{"errors":\[/)
      expect(text).not.toMatch(
        /ApolloServer|Apollo Server|apollo-client|graphql-js|middleware|body-parser|introspection: true|disabled\./,
      )
    }
  })

  test('field suggestions', async () => {
    expect(JSON.stringify(await post('query cop { __schema { directive } }'))).not.toMatch(/Did you mean/)
  })

  test('queries by GET', async () => expect(await get('query cop {__typename}')).not.toHaveProperty('data'))

  test('mutations by GET', async () => expect(await get('mutation cop {__typename}')).not.toHaveProperty('data'))

  test('queries in forms', async () => {
    const form = { method: 'POST', body: new URLSearchParams({ query: 'query cop { __typename }' }) }
    expect(await (await fetch(`${gateway.url}/graphql`, form)).json()).not.toHaveProperty('data')
  })

  test('a trace', async () => {
    for (const query of ['query cop { __typename }', 'query cop { nobody }'])
      expect(JSON.stringify(await post(query)).toLowerCase()).not.toContain('tracing')
  })

  test('unhandled errors', async () => {
    const reply = await post('qwerty cop { abc }')
    expect(reply).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] })
    expect(JSON.stringify(reply)).not.toMatch(/exception|stack/i)
  })

  test('GraphiQL', async () => {
    for (const path of ['/graphql', '/', '/playground/', '/graphiql', '/altair', '/console']) {
      const page = await fetch(`${gateway.url}${path}`, { headers: { accept: 'text/html' } })
      expect(await page.text()).not.toMatch(/graphiql\.min\.css|GraphQL Playground|GraphiQL|graphql-playground/)
    }
  })
})
