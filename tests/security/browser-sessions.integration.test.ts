import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { browserSession } from '#client/session.ts'
import { apiConfig } from '#cqrs/roles/config.ts'
import { freePort } from '#infra/ports.ts'
import { api } from '#subgraphs/users/roles/api.ts'
import { service } from '#subgraphs/users/service.ts'
import { parseConfig } from '#toolkit/process/config.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import { cookieHeader, setCookiesOf } from '../../gateway/sessions/users.fixture.ts'
import { type RunningGateway, secret, startGateway } from '../../gateway/testing/gateway.fixture.ts'
import { createTestDatabase } from '../support/databases.ts'

let parts: Part[] = []
let gateway: RunningGateway
const stopUsers = async () => {
  for (const part of parts.splice(0).toReversed()) await part.stop()
}

beforeAll(async () => {
  const [write, read, port] = [
    await createTestDatabase('users', 'write'),
    await createTestDatabase('users', 'read'),
    await freePort(),
  ]
  const parsed = parseConfig(apiConfig(service), {
    PORT: String(port),
    WRITE_DATABASE_URL: write.url,
    READ_DATABASE_URL: read.url,
    IDEMPOTENCY_SECRET: secret,
    SIGNING_KEY_SECRET: secret,
    CALLER_KEYS: `gateway=1:${secret}`,
  })
  if ('problems' in parsed) throw new Error(parsed.problems.join())
  parts = api(parsed.config, pino({ level: 'silent' }))
  for (const part of parts) await part.start()
  gateway = await startGateway(readFileSync('contracts/supergraph.graphql', 'utf8'), {
    SUBGRAPH_URLS: `users=http://127.0.0.1:${port}/graphql`,
    JWKS_URL: `http://127.0.0.1:${port}/.well-known/jwks.json`,
  })
})
afterAll(async () => {
  await gateway?.stop()
  await stopUsers()
})

type Cookies = ReturnType<typeof setCookiesOf>

async function session(method: string, path: string, given: { body?: object; cookies?: Cookies } = {}) {
  const { body, cookies = [] } = given
  const reply = await fetch(`${gateway.url}/session${path}`, {
    method,
    headers: {
      origin: gateway.url,
      cookie: cookieHeader(cookies),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  for (const { name, value } of setCookiesOf(reply))
    if (name !== 'inkstream_signed_in' && value) expect(text).not.toContain(value)
  return { status: reply.status, body: JSON.parse(text), cookies: setCookiesOf(reply) }
}
const refresh = (cookies: Cookies) => session('POST', '/refresh', { cookies })
const refreshToken = (cookies: Cookies) => cookies.find(({ name }) => name === 'inkstream_refresh')?.value
const codes = ({ body }: { body: { errors: { code: string }[] } }) => body.errors.map(({ code }) => code)
const areCleared = (cookies: Cookies) =>
  cookies.length === 3 && cookies.every(({ value, attributes }) => value === '' && attributes.startsWith('Max-Age=0;'))

/** A new account, and the cookies of a session that its page took over. */
async function signUp() {
  const username = `u_${randomUUID().slice(0, 8)}`
  const account = { email: `${username}@example.org`, password: 'ink that dries' }
  const { data } = await gateway.ask(
    `mutation($input: CreateUserInput!) { createUser(input: $input) {
       session { accessToken refreshToken endsAt } errors { code } } }`,
    { input: { username, fullName: 'Ada', ...account } },
  )
  const { cookies, body } = await session('POST', '', { body: { refreshToken: data.createUser.session.refreshToken } })
  expect(body).toMatchObject({ user: { username }, errors: [] })
  return { username, account, cookies }
}

/** Who the gateway takes a page with these cookies for: a mutation answers it by the committed state. */
const renamedBy = async (cookies: Cookies) =>
  (
    await gateway.ask(
      'mutation { updateProfile(input: { fullName: "Ada Lovelace" }) { user { username } errors { code } } }',
      {},
      { cookie: cookieHeader(cookies), origin: gateway.url },
    )
  ).data.updateProfile

test('a page signs in, acts and signs out by cookies alone', async () => {
  const { username, account } = await signUp()
  expect(codes(await session('POST', '', { body: { ...account, password: 'another' } }))).toEqual([
    'INVALID_CREDENTIALS',
  ])
  const { cookies, body } = await session('POST', '', { body: account })
  expect(body).toMatchObject({ user: { username }, errors: [] })
  const [access, kept] = cookies.map(({ attributes }) => Number(/^Max-Age=(\d+)/.exec(attributes)?.[1]))
  expect(access).toBeGreaterThan(14 * 60)
  expect(access).toBeLessThanOrEqual(15 * 60)
  expect(kept).toBeGreaterThan(30 * 86_400 - 60)
  expect(kept).toBeLessThanOrEqual(30 * 86_400)
  expect(await renamedBy(cookies)).toEqual({ user: { username }, errors: [] })

  const out = await session('DELETE', '', { cookies })
  expect(out).toMatchObject({ status: 200, body: { errors: [] } })
  expect(areCleared(out.cookies)).toBe(true)
  expect(codes(await refresh(cookies))).toEqual(['INVALID_SESSION'])
})

test('twelve tabs that refresh at once, and a page whose reply was lost, get the same successor and stay signed in', async () => {
  const { username, cookies } = await signUp()
  const tabs = await Promise.all(Array.from({ length: 12 }, () => refresh(cookies)))
  const lost = await refresh(cookies)
  const given = new Set([...tabs, lost].map(({ cookies }) => refreshToken(cookies)))
  expect(given.size).toBe(1)
  expect(given).not.toContain(refreshToken(cookies))
  for (const tab of tabs) expect(tab).toMatchObject({ status: 200, body: { user: { username }, errors: [] } })
  const next = await refresh(lost.cookies)
  expect(codes(next)).toEqual([])
  expect(await renamedBy(next.cookies)).toEqual({ user: { username }, errors: [] })
})

test('a token of two generations ago ends the session', async () => {
  const { cookies } = await signUp()
  const next = await refresh((await refresh(cookies)).cookies)
  const stolen = await refresh(cookies)
  expect(codes(stolen)).toEqual(['INVALID_SESSION'])
  expect(areCleared(stolen.cookies)).toBe(true)
  expect(codes(await refresh(next.cookies))).toEqual(['INVALID_SESSION'])
})

test('signing out after the access token expired ends the session by its refresh token', async () => {
  const { cookies } = await signUp()
  const left = cookies.filter(({ name }) => name !== 'inkstream_access')
  expect(await session('DELETE', '', { cookies: left })).toMatchObject({ status: 200, body: { errors: [] } })
  expect(codes(await refresh(left))).toEqual(['INVALID_SESSION'])
})

test('a page uses it by client/session.ts, in several tabs', async () => {
  const { username, account } = await signUp()
  const jar = new Map<string, string>()
  const fromPage: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers)
    // What a browser adds by itself.
    headers.set('sec-fetch-site', 'same-origin')
    headers.set('cookie', cookieHeader([...jar].map(([name, value]) => ({ name, value }))))
    const reply = await fetch(new URL(input instanceof Request ? input.url : input, gateway.url), { ...init, headers })
    for (const { name, value } of setCookiesOf(reply)) {
      if (value) jar.set(name, value)
      else jar.delete(name)
    }
    return reply
  }
  vi.stubGlobal('document', {
    get cookie() {
      return jar.has('inkstream_signed_in') ? 'inkstream_signed_in=1' : ''
    },
  })
  vi.stubGlobal('localStorage', undefined)
  try {
    const [tab, another] = [browserSession({ fetch: fromPage }), browserSession({ fetch: fromPage })]
    const rename = async ({ fetch }: Pick<typeof tab, 'fetch'>) => {
      const query = 'mutation { updateProfile(input: { fullName: "Ada" }) { user { username } errors { code } } }'
      const headers = { 'content-type': 'application/json' }
      const reply = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query }) })
      return ((await reply.json()) as { data: { updateProfile: unknown } }).data.updateProfile
    }
    const asAda = { user: { username }, errors: [] }
    expect(await tab.signIn(account.email, account.password)).toMatchObject({ user: { username }, errors: [] })
    expect(await rename(tab)).toEqual(asAda)
    // The other tab knows of no token, and refreshes first; then the token of both is refused.
    const before = jar.get('inkstream_refresh')
    expect(await rename(another)).toEqual(asAda)
    expect(jar.get('inkstream_refresh')).not.toBe(before)
    jar.set('inkstream_access', 'x.x.x')
    expect(await Promise.all([rename(tab), rename(another)])).toEqual([asAda, asAda])
    expect(await tab.signOut()).toMatchObject({ errors: [] })
    expect([...jar]).toEqual([])
    expect(await rename(tab)).toEqual({ user: null, errors: [{ code: 'UNAUTHENTICATED' }] })
  } finally {
    vi.unstubAllGlobals()
  }
})

test('signing out clears the cookies also when users is down, and says that the session goes on', async () => {
  const { cookies } = await signUp()
  await stopUsers()
  const out = await session('DELETE', '', { cookies })
  expect(out.status).toBe(503)
  expect(codes(out)).toEqual(['SUBGRAPH_UNAVAILABLE'])
  expect(areCleared(out.cookies)).toBe(true)
  const later = await refresh(cookies)
  expect(codes(later)).toEqual(['SUBGRAPH_UNAVAILABLE'])
  expect(later.cookies).toEqual([])
})
