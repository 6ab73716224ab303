import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { startTokenIssuer, type TokenIssuer } from '../tokens/issuer.fixture.ts'
import { startUsers } from './users.fixture.ts'

const blog = 'https://blog.example'

let issuer: TokenIssuer
let users: StubSubgraph
let gateway: RunningGateway
let cookie: string

beforeAll(async () => {
  issuer = await startTokenIssuer()
  users = await startUsers(issuer)
  gateway = await startGateway(supergraphOf([users]), {
    JWKS_URL: issuer.jwksUrl,
    CORS_ORIGINS: blog,
    CONSISTENCY_COOKIE: 'on',
    TRUSTED_PROXIES: '127.0.0.1',
  })
  cookie = `consistency-1=x; inkstream_access=${await issuer.token()}; inkstream_refresh=refresh-1`
})
afterAll(() => Promise.all([gateway?.stop(), users?.close(), issuer?.close()]))
beforeEach(() => users.behave())

type Headers = Record<string, string>

const viewer = JSON.stringify({ query: '{ viewer { username } }' })
const json = { 'content-type': 'application/json' }
const own = () => new URL(gateway.url).origin

describe('/session', () => {
  const requests = [
    ['POST', '/session', JSON.stringify({ email: 'ada@example.org', password: 'ink that dries' })],
    ['POST', '/session', JSON.stringify({ refreshToken: 'refresh-1' })],
    ['POST', '/session/refresh', undefined],
    ['DELETE', '/session', undefined],
  ] as const
  const sent = async (method: string, path: string, body: string | undefined, headers: Headers) => {
    const init = { method, headers: { cookie, ...headers }, ...(body !== undefined && { body }) }
    const reply = await fetch(`${gateway.url}${path}`, init)
    const text = await reply.text()
    return {
      status: reply.status,
      cookies: reply.headers.getSetCookie(),
      body: JSON.parse(text),
      headers: reply.headers,
    }
  }
  const refused = {
    user: null,
    expiresAt: null,
    errors: [{ code: 'BAD_REQUEST', message: expect.any(String), path: [] }],
  }

  describe.each(requests)('%s %s %s', (method, path, body) => {
    test.each<[string, Headers]>([
      ['another site', { 'sec-fetch-site': 'cross-site' }],
      ['another site, as an older browser says it', { origin: 'https://evil.example' }],
      ['another host of the same site', { 'sec-fetch-site': 'same-site' }],
      ['a site that may call /graphql', { origin: blog }],
      ['a hidden origin', { origin: 'null' }],
    ])('refuses pages of %s', async (_, headers) => {
      const reply = await sent(method, path, body, { ...json, ...headers })
      expect(reply).toMatchObject({ status: 403, cookies: [], body: refused })
      expect(users.requests).toEqual([])
    })

    test.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])(
      'refuses %s, as a form sends it',
      async (type) => {
        const headers = { 'content-type': type, 'sec-fetch-site': 'same-origin' }
        const reply = await sent(method, path, body ?? 'a=b', headers)
        expect(reply).toMatchObject({ status: 415, cookies: [], body: refused })
        expect(users.requests).toEqual([])
      },
    )

    test.each<[string, () => Headers]>([
      ['an own page', () => ({ 'sec-fetch-site': 'same-origin' })],
      ['an own page, as an older browser says it', () => ({ origin: own() })],
      ['no browser', () => ({})],
    ])('answers %s', async (_, headers) => {
      const reply = await sent(method, path, body, { ...(body !== undefined && json), ...headers() })
      expect(reply).toMatchObject({ status: 200, body: { errors: [] } })
      expect(reply.cookies).toHaveLength(3)
    })
  })

  test.each<[string, string, RegExp]>([
    ['no JSON', '{"email":', /not valid JSON/],
    ['a list', '[]', /must be/],
    ['a text', '"x"', /must be/],
    ['nothing of both', '{}', /must be/],
    ['both', '{"email":"a","password":"b","refreshToken":"c"}', /must be/],
    ['more', '{"email":"a","password":"b","remember":true}', /must be/],
    ['a half', '{"email":"a@example.org"}', /must be/],
    ['no text', '{"refreshToken":1}', /must be/],
  ])('refuses a body that has %s, with a sentence that does not quote it', async (_, body, message) => {
    const reply = await sent('POST', '/session', body, { ...json, 'sec-fetch-site': 'same-origin' })
    expect(reply).toMatchObject({ status: 400, body: refused })
    expect(reply.body.errors[0].message).toMatch(message)
    expect(reply.body.errors[0].message).not.toMatch(/example\.org/)
    expect(users.requests).toEqual([])
  })

  test('refuses a body where there is none', async () => {
    const headers = { ...json, 'sec-fetch-site': 'same-origin' }
    expect(await sent('POST', '/session/refresh', '{"refreshToken":"x"}', headers)).toMatchObject({ status: 400 })
    expect(await sent('DELETE', '/session', '{"all":true}', headers)).toMatchObject({ status: 400 })
  })

  test.each([
    ['GET', '/session', 'POST, DELETE'],
    ['PUT', '/session', 'POST, DELETE'],
    ['GET', '/session/refresh', 'POST'],
    ['DELETE', '/session/refresh', 'POST'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const reply = await sent(method, path, undefined, {})
    expect(reply.status).toBe(405)
    expect(reply.headers.get('allow')).toBe(allow)
  })
})

test('CORS never allows credentials', async () => {
  for (const path of ['/graphql', '/session', '/session/refresh']) {
    const preflight = await fetch(`${gateway.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: blog,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
    const posted = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { origin: blog, ...json },
      body: viewer,
    })
    for (const { headers } of [preflight, posted]) {
      expect(headers.get('access-control-allow-origin')).toBe(blog)
      expect(headers.get('access-control-allow-credentials')).toBeNull()
    }
  }
})
