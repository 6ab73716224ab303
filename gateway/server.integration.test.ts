import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type RunningGateway,
  startGateway,
  startPeople,
  startWritings,
  supergraphOf,
} from './testing/gateway.fixture.ts'
import type { StubSubgraph } from './testing/stub-subgraph.fixture.ts'

let people: StubSubgraph
let writings: StubSubgraph
let open: RunningGateway
let production: RunningGateway

beforeAll(async () => {
  ;[people, writings] = await Promise.all([startPeople(), startWritings()])
  const supergraph = supergraphOf([people, writings])
  ;[open, production] = await Promise.all([
    startGateway(supergraph, { CORS_ORIGINS: 'https://blog.example' }),
    startGateway(supergraph, { NODE_ENV: 'production' }),
  ])
})
afterAll(() => Promise.all([open?.stop(), production?.stop(), people?.close(), writings?.close()]))

const plan = { 'apollo-query-plan-experimental': '1' }

test('an operation over two subgraphs gets one reply', async () => {
  expect(await open.ask('{ writings { title author { name age } } }')).toEqual({
    data: {
      writings: ['1', '2', '1'].map((author, index) => ({
        title: `Writing ${index + 1}`,
        author: { name: `Person ${author}`, age: Number(author) + 30 },
      })),
    },
  })
})

describe('a plan', () => {
  test('for the usual page is one fetch from posts', async () => {
    const real = readFileSync(join(import.meta.dirname, '..', 'contracts', 'supergraph.graphql'), 'utf8')
    const gateway = await startGateway(real, { SUBGRAPH_URLS: `posts=${writings.url}` })
    writings.behave(() => ({ data: { posts: null } }))
    try {
      const { extensions } = await gateway.ask(
        `{ posts(first: 20) { nodes { title author { fullName } commentsCount
           latestComments(first: 2) { body author { fullName } } } pageInfo { hasNextPage } } }`,
        {},
        plan,
      )
      expect(extensions.__queryPlanExperimental).toMatch(/^QueryPlan \{\s+Fetch\(service: "posts"\) \{/)
      expect(extensions.__queryPlanExperimental.match(/Fetch\(/g)).toHaveLength(1)
      expect(writings.requests).toHaveLength(1)
    } finally {
      writings.behave()
      await gateway.stop()
    }
  })

  test('is not shown in production', async () => {
    expect(await production.ask('{ person(id: "1") { name } }', {}, plan)).toEqual({
      data: { person: { name: 'Person 1' } },
    })
  })
})

test('the caller’s trace context is passed on', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  people.behave()
  await open.ask('{ person(id: "1") { name } }', {}, { traceparent })
  expect(people.requests.at(-1)?.headers).toMatchObject({ traceparent })
})

describe('introspection and the playground', () => {
  const introspection = '{ __schema { queryType { name } } }'

  test('are available', async () => {
    expect(await open.ask(introspection)).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } })
    const page = await fetch(`${open.url}/graphql`, { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect([page.status, page.headers.get('location')]).toEqual([302, '/playground/'])
    expect((await fetch(`${open.url}/`, { redirect: 'manual' })).headers.get('location')).toBe('/playground/')
    const graphiql = await fetch(`${open.url}/playground/`)
    expect(graphiql.status).toBe(200)
    expect(await graphiql.text()).toContain('<div id="root">')
  })

  test('are not available in production', async () => {
    expect(await production.ask(introspection)).toMatchObject({
      errors: [{ extensions: { code: 'INTROSPECTION_DISABLED' } }],
    })
    for (const path of ['/', '/playground/']) expect((await fetch(`${production.url}${path}`)).status).toBe(404)
  })
})

test('the playground’s first document is valid for the real schema', async () => {
  const playground = readFileSync(
    join(import.meta.dirname, '..', 'contracts', 'operations', 'playground', 'first-document.graphql'),
    'utf8',
  )
  const real = readFileSync(join(import.meta.dirname, '..', 'contracts', 'supergraph.graphql'), 'utf8')
  const away = 'http://127.0.0.1:9'
  const gateway = await startGateway(real, { SUBGRAPH_URLS: `users=${away},posts=${away},comments=${away}` })
  try {
    const body = JSON.stringify({ query: playground, operationName: 'Viewer' })
    // It was planned and fetched, so it is valid; an invalid document is refused as a whole.
    expect(await (await gateway.post(body)).json()).toMatchObject({
      data: { viewer: null },
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    })
  } finally {
    await gateway.stop()
  }
})

test('browsers may call from the allowed origins only', async () => {
  const allowed = async (gateway: RunningGateway, origin: string) =>
    (
      await fetch(`${gateway.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      })
    ).headers.get('access-control-allow-origin')
  expect(await allowed(open, 'https://blog.example')).toBe('https://blog.example')
  expect(await allowed(open, 'https://evil.example')).toBeNull()
  expect(await allowed(production, 'https://blog.example')).toBeNull()
})

test('health and metrics report the state to operators', async () => {
  expect(await (await fetch(`${open.opsUrl}/health/live`)).json()).toEqual({ status: 'live' })
  const ready = await fetch(`${open.opsUrl}/health/ready`)
  expect(ready.status).toBe(200)
  expect(await ready.json()).toEqual({
    status: 'ready',
    parts: {
      supergraph: { ready: true, swaps: 0 },
      persistedOperations: { ready: true, mode: 'prefer', registered: expect.any(Number), swaps: 0 },
      rateLimits: { ready: true, counted: 'alone' },
      clocks: { ready: true, aheadS: expect.any(Object) },
    },
  })

  const count = () => open.metric('gateway_operation_seconds_count', { operation: 'query' })
  const before = (await count()) ?? 0
  await open.ask('{ person(id: "1") { name } }')
  await open.ask('{ nonsense }')
  expect(await count()).toBe(before + 1)
  expect(await open.metric('gateway_operation_seconds_count', { operation: 'unknown' })).toBe(1)
  expect(await open.metric('gateway_errors_total', { code: 'GRAPHQL_VALIDATION_FAILED' })).toBe(1)
  expect(await open.metric('gateway_fetch_seconds_count', { subgraph: 'people', outcome: 'answered' })).toBeGreaterThan(
    0,
  )
  expect(await open.metric('gateway_supergraph_swaps_total')).toBe(0)
})

test('a missing or invalid supergraph ends the start with the reason', async () => {
  await expect(startGateway('type Query { a: Int }')).rejects.toThrow('Invalid supergraph')
  await expect(startGateway('', { SUPERGRAPH_PATH: '/nowhere/supergraph.graphql' })).rejects.toThrow(/ENOENT/)
})
