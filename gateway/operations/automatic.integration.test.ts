import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../gateway.fixture.ts'
import type { StubSubgraph } from '../stub-subgraph.fixture.ts'
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
  gateway = await startGateway(supergraphOf([people]), { PERSISTED_MANIFEST: manifest.path, ...env })
}
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a reply; its type would say it twice
const ask = async (body: object): Promise<any> => (await gateway.post(JSON.stringify(body))).json()
const code = async (body: object) => (await ask(body)).errors?.[0]?.extensions.code

/** A query of just so many bytes. */
const queryOf = (bytes: number, age: string) => `{ ${age}: person(id: "1") { age } } #`.padEnd(bytes, 'x')

test('a query that was sent once with its hash can be asked for by it', async () => {
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

test('one that is not valid, or has another hash, is not kept', async () => {
  await start()
  const invalid = '{ nobody }'
  const other = '{ person(id: "2") { age } }'
  expect(await code({ query: invalid, ...byId(invalid) })).toBe('GRAPHQL_VALIDATION_FAILED')
  expect(await code(byId(invalid))).toBe('PERSISTED_QUERY_NOT_FOUND')
  expect(await code({ query: invalid, ...byId(other) })).toBe('BAD_REQUEST')
  expect(await code(byId(other))).toBe('PERSISTED_QUERY_NOT_FOUND')
})

test('as many bytes are kept as is said, and what was not asked for longest goes first', async () => {
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

test('one that is larger than the cache is answered and not kept, and costs the others nothing', async () => {
  await start({ APQ_CACHE_BYTES: '1000' })
  const [small, large] = [queryOf(300, 'small'), queryOf(2_000, 'large')]
  for (const query of [small, large]) expect(await ask({ query, ...byId(query) })).not.toHaveProperty('errors')
  expect(await code(byId(large))).toBe('PERSISTED_QUERY_NOT_FOUND')
  expect(await code(byId(small))).toBeUndefined()
})

test('no bytes turn them off', async () => {
  await start({ APQ_CACHE_BYTES: '0' })
  const query = '{ person(id: "1") { age } }'
  expect(await code({ query, ...byId(query) })).toBe('PERSISTED_QUERY_NOT_SUPPORTED')
})

test('there are none where only registered operations run', () => {
  expect(
    automaticQueries({ PERSISTED_OPERATIONS: 'enforce', PERSISTED_MANIFEST: '', APQ_CACHE_BYTES: 1024 ** 2 }),
  ).toBe(false)
})

test('ten thousand are kept at most, however short', async () => {
  const config = { PERSISTED_OPERATIONS: 'prefer', PERSISTED_MANIFEST: '', APQ_CACHE_BYTES: 1024 ** 3 } as const
  const automatic = automaticQueries(config)
  const cache = automatic ? automatic.cache : undefined
  for (let n = 0; n <= 10_000; n++) await cache?.set(String(n), '{ a }')
  expect([await cache?.get('0'), await cache?.get('1')]).toEqual([undefined, '{ a }'])
})
