import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { automaticQueries } from './automatic.ts'
import { byId, manifestWith, temporaryManifest } from './manifest.fixture.ts'

let people: StubSubgraph
let gateway: RunningGateway
const manifest = temporaryManifest(manifestWith())

beforeAll(async () => {
  people = await startPeople()
})
afterAll(async () => {
  manifest.remove()
  await people?.close()
})
afterEach(() => gateway?.stop())

const start = async (env: Record<string, string> = {}) => {
  gateway = await startGateway(supergraphOf([people]), { PERSISTED_MANIFESTS: manifest.path, ...env })
}
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a reply; its type would say it twice
const ask = async (body: object): Promise<any> => (await gateway.post(JSON.stringify(body))).json()
const code = async (body: object) => (await ask(body)).errors?.[0]?.extensions.code

/** A query of exactly this many bytes. */
const queryOf = (bytes: number, age: string) => `{ ${age}: person(id: "1") { age } } #`.padEnd(bytes, 'x')

test('a query that was sent once with its hash runs by its hash alone', async () => {
  await start()
  const query = '{ person(id: "1") { age } }'
  const aged = { data: { person: { age: 31 } } }
  expect(await code(byId(query))).toBe('PERSISTED_QUERY_NOT_FOUND')
  expect(await ask({ query, ...byId(query) })).toEqual(aged)
  expect(await ask(byId(query))).toEqual(aged)
  expect(await gateway.metric('gateway_operations_total', { source: 'automatic' })).toBe(2)
  const search = new URLSearchParams({ extensions: JSON.stringify(byId(query).extensions) })
  const hit = await fetch(`${gateway.url}/graphql?${search}`, { headers: { 'apollo-require-preflight': '1' } })
  expect(await hit.json()).toEqual(aged)
})

test('an invalid query, or one with a wrong hash, is not cached', async () => {
  await start()
  const invalid = '{ nobody }'
  const other = '{ person(id: "2") { age } }'
  expect(await code({ query: invalid, ...byId(invalid) })).toBe('GRAPHQL_VALIDATION_FAILED')
  expect(await code(byId(invalid))).toBe('PERSISTED_QUERY_NOT_FOUND')
  expect(await code({ query: invalid, ...byId(other) })).toBe('BAD_REQUEST')
  expect(await code(byId(other))).toBe('PERSISTED_QUERY_NOT_FOUND')
})

test('the cache is bounded in bytes, and evicts the least recently used query first', async () => {
  await start({ APQ_CACHE_BYTES: '1000' })
  const [a, b, c] = [queryOf(300, 'a'), queryOf(300, 'b'), queryOf(300, 'c')]
  for (const query of [a, b]) await ask({ query, ...byId(query) })
  expect(await code(byId(a))).toBeUndefined()
  await ask({ query: c, ...byId(c) })
  expect(await Promise.all([a, b, c].map((query) => code(byId(query))))).toEqual([
    undefined,
    'PERSISTED_QUERY_NOT_FOUND',
    undefined,
  ])
})

test('a query larger than the cache is answered but not cached, and evicts no other', async () => {
  await start({ APQ_CACHE_BYTES: '1000' })
  const [small, large] = [queryOf(300, 'small'), queryOf(2_000, 'large')]
  for (const query of [small, large]) expect(await ask({ query, ...byId(query) })).not.toHaveProperty('errors')
  expect(await code(byId(large))).toBe('PERSISTED_QUERY_NOT_FOUND')
  expect(await code(byId(small))).toBeUndefined()
})

test('a cache of 0 bytes turns them off', async () => {
  await start({ APQ_CACHE_BYTES: '0' })
  const query = '{ person(id: "1") { age } }'
  expect(await code({ query, ...byId(query) })).toBe('PERSISTED_QUERY_NOT_SUPPORTED')
})

test('they are off when only registered operations run', () => {
  expect(
    automaticQueries({ PERSISTED_OPERATIONS: 'enforce', PERSISTED_MANIFESTS: [], APQ_CACHE_BYTES: 1024 ** 2 }),
  ).toBe(false)
})

test('at most ten thousand are cached, however short', async () => {
  const config = { PERSISTED_OPERATIONS: 'prefer' as const, PERSISTED_MANIFESTS: [], APQ_CACHE_BYTES: 1024 ** 3 }
  const automatic = automaticQueries(config)
  const cache = automatic ? automatic.cache : undefined
  for (let n = 0; n <= 10_000; n++) await cache?.set(String(n), '{ a }')
  expect([await cache?.get('0'), await cache?.get('1')]).toEqual([undefined, '{ a }'])
})
