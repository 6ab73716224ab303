import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { askedOf, person, writes } from './stub.fixture.ts'

const rename = JSON.stringify({ query: 'mutation { rename(id: "1", name: "Ada") { name } }' })
const read = JSON.stringify({ query: '{ person(id: "1") { name } }' })
const page = { origin: 'https://blog.example' }

let people: StubSubgraph
let gateway: RunningGateway
let withCookies: RunningGateway
beforeAll(async () => {
  people = await startPeople()
  const supergraph = supergraphOf([people])
  const CORS_ORIGINS = page.origin
  gateway = await startGateway(supergraph, { CORS_ORIGINS })
  withCookies = await startGateway(supergraph, { CONSISTENCY_COOKIE: 'on', TRUSTED_PROXIES: '127.0.0.1' })
})
afterAll(() => Promise.all([gateway?.stop(), withCookies?.stop(), people?.close()]))
beforeEach(() => writes(people))

test('pages of other origins may send the header and read it', async () => {
  const preflight = await fetch(`${gateway.url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      ...page,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,consistency-token',
    },
  })
  expect(preflight.headers.get('access-control-allow-headers')).toContain('consistency-token')
  const reply = await gateway.post(rename, page)
  expect(reply.headers.get('access-control-expose-headers')).toContain('consistency-token')
  expect(reply.headers.get('consistency-token')).toBeTruthy()
})

test('every reply of /graphql says that it depends on the token', async () => {
  for (const body of [read, rename, '{}', 'nonsense']) {
    expect((await gateway.post(body)).headers.get('vary')).toBe('consistency-token, cookie, Origin')
    expect((await withCookies.post(body)).headers.get('vary')).toBe('consistency-token, cookie')
  }
  expect((await fetch(`${withCookies.url}/health/live`)).headers.get('vary')).toBeNull()
})

test('cookies are off unless they are switched on', async () => {
  expect((await gateway.post(rename)).headers.getSetCookie()).toEqual([])
  const [cookie = ''] = (await withCookies.post(rename)).headers.getSetCookie()
  expect(await (await gateway.post(read, { cookie })).json()).not.toHaveProperty('extensions')
})

/** Keeps cookies as a browser does. */
function jar() {
  const cookies = new Map<string, string>()
  return {
    cookies,
    async send(body: string, cookie = [...cookies].map((pair) => pair.join('=')).join('; ')) {
      const reply = await withCookies.post(body, cookie ? { cookie } : {})
      for (const set of reply.headers.getSetCookie()) {
        const [, name = '', value = '', age] = /^([^=]+)=([^;]*); Max-Age=(\d+)/.exec(set) ?? []
        if (age === '0') cookies.delete(name)
        else cookies.set(name, value)
      }
      // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of a reply
      return (await reply.json()) as any
    },
  }
}

test('a client without a script sees what it wrote by its cookies', async () => {
  const { cookies, send } = jar()
  await send(rename)
  await send(rename)
  expect(cookies.size).toBe(1)
  expect((await send(read)).extensions).toEqual({ consistency: { fresh: true } })
  expect(askedOf(people.requests.at(-1))?.require).toEqual(expect.arrayContaining([person(1), person(2)]))
})

test('twenty concurrent mutations by cookies: all twenty are required of the next query', async () => {
  const { cookies, send } = jar()
  await Promise.all(Array.from({ length: 20 }, () => send(rename)))
  expect(cookies.size).toBe(20)
  expect((await send(read)).extensions).toMatchObject({ consistency: { fresh: true } })
  expect(askedOf(people.requests.at(-1))?.require).toHaveLength(20)
  // Their place was taken by one.
  expect(cookies.size).toBe(1)
  await send(read)
  expect(askedOf(people.requests.at(-1))?.require).toHaveLength(20)
})

test('cookies are for scripts of no page, and behind TLS for TLS alone', async () => {
  const [plain] = (await withCookies.post(rename)).headers.getSetCookie()
  expect(plain).toMatch(/^consistency-[0-9a-f]{12}=[\w.-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/)
  const [secure] = (await withCookies.post(rename, { 'x-forwarded-proto': 'https' })).headers.getSetCookie()
  expect(secure).toMatch(/; HttpOnly; Secure; SameSite=Lax$/)
})
