import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { rawPost, sendRaw } from './raw.fixture.ts'

let people: StubSubgraph
let gateway: RunningGateway

beforeAll(async () => {
  people = await startPeople()
  gateway = await startGateway(supergraphOf([people]), {
    TRUSTED_PROXIES: '127.0.0.1',
    RATE_LIMITS: '*=1000000',
    REQUEST_TIMEOUT_MS: '500',
  })
})
afterAll(() => Promise.all([gateway?.stop(), people?.close()]))

/** Possible values of a header. */
const value = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(
    '',
    '*/*',
    'application/json',
    'gzip',
    '%',
    '[::1',
    'a, b',
    ',',
    ';q=',
    'text/plain',
    '0',
    '-1',
    '1e9',
  ),
)
const headers = fc.dictionary(
  fc.constantFrom(
    'host',
    'accept',
    'content-type',
    'content-encoding',
    'content-length',
    'transfer-encoding',
    'authorization',
    'origin',
    'expect',
    'upgrade',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'traceparent',
    'apollo-require-preflight',
    'apollo-query-plan-experimental',
    'accept-version',
    'range',
  ),
  value.map((text) => text.replaceAll(/[\r\n\0]/g, ' ')),
  { maxKeys: 3 },
)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text)),
  fc
    .record(
      {
        query: fc.oneof(
          fc.jsonValue(),
          fc.constantFrom('{ person(id: "1") { name } }', 'mutation($a: ID!) { rename(id: $a, name: $a) { name } }'),
        ),
        operationName: fc.jsonValue({ maxDepth: 1 }),
        variables: fc.jsonValue({ maxDepth: 3 }),
        extensions: fc.oneof(
          fc.jsonValue({ maxDepth: 3 }),
          fc.record({ persistedQuery: fc.jsonValue({ maxDepth: 2 }) }),
        ),
      },
      { requiredKeys: [] },
    )
    .map((value) => Buffer.from(JSON.stringify(value))),
)
const first = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'HEAD', 'PUT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY', 'FOO'),
  path: fc.oneof(
    fc.constantFrom(
      '/graphql',
      '/graphql',
      '/graphql?query={a}',
      '*',
      '/',
      '//',
      '/playground/../x',
      'http://a/graphql',
      '/health/ready',
    ),
    fc.webPath(),
    fc.webQueryParameters().map((search) => `/graphql?${search}`),
  ),
})

test('every request gets a reply, and none counts as an internal fault', async () => {
  await fc.assert(
    fc.asyncProperty(first, headers, body, async ({ method, path }, headers, body) => {
      const bytes = rawPost(body, headers)
      const rest = bytes.subarray(bytes.indexOf('\r\n'))
      const reply = await sendRaw(gateway.url, Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1`), rest]))
      expect(reply.status).toBeGreaterThanOrEqual(200)
      expect(reply.status).toBeLessThan(500)
      expect(reply.body).not.toMatch(/node_modules|\.ts:\d/)
      expect(reply.body.length).toBeLessThan(20_000)
      expect(gateway.logged.filter(({ level }) => Number(level) >= 50)).toEqual([])
    }),
    { numRuns: 500 },
  )
}, 120_000)
