import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { decodeCaller } from '#toolkit/trust/caller.ts'
import { CALLER_HEADER } from '#toolkit/trust/signature.ts'
import { type RunningGateway, startGateway, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { startTokenIssuer, type TokenIssuer, userId } from '../tokens/issuer.fixture.ts'
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
const own = () => new URL(gateway.url).origin
const caller = () => decodeCaller(users.requests.at(-1)?.headers[CALLER_HEADER] as string | undefined)?.caller

describe('on /graphql a cookie identifies the caller', () => {
  const post = (headers: Headers, body = viewer) => gateway.post(body, { cookie, ...headers })

  test.each<[string, () => Headers]>([
    ['its page is of the same origin', () => ({ 'sec-fetch-site': 'same-origin' })],
    ['its page is, as an older browser says it', () => ({ origin: own() })],
    [
      'its page is, behind a proxy that terminates TLS',
      () => ({
        origin: 'https://inkstream.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'inkstream.example',
      }),
    ],
  ])('when %s', async (_, headers) => {
    const reply = await post(headers())
    expect(reply.status).toBe(200)
    expect(caller()?.userId).toBe(userId)
    expect(reply.headers.get('cache-control')).toBe('no-store')
    expect(reply.headers.get('vary')).toMatch(/\bcookie\b/)
  })

  test.each<[string, () => Headers]>([
    ['of another site', () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })],
    ['of another site, as an older browser says it', () => ({ origin: 'https://evil.example' })],
    ['of another host of the same site', () => ({ 'sec-fetch-site': 'same-site', origin: own() })],
    ['of another port', () => ({ origin: own().replace(/\d+$/, '1') })],
    ['of another scheme', () => ({ origin: own().replace('http:', 'https:') })],
    ['whose origin is hidden', () => ({ origin: 'null' })],
    ['of a site that may call', () => ({ 'sec-fetch-site': 'cross-site', origin: blog })],
    ['that is none', () => ({ 'sec-fetch-site': 'none' })],
    ['that nobody names', () => ({})],
    ['whose cookie was removed', () => ({ 'sec-fetch-site': 'same-origin', cookie: 'inkstream_access=' })],
  ])('and it is nobody when the request is of a page %s', async (_, headers) => {
    const reply = await post(headers())
    expect(reply.status).toBe(200)
    expect(users.requests).toHaveLength(1)
    expect(caller()).toBeNull()
  })

  test('but for a header Authorization, which wins', async () => {
    const other = '01890000-0000-7000-8000-00000000000c'
    const authorization = `Bearer ${await issuer.token({ sub: other })}`
    await post({ 'sec-fetch-site': 'same-origin', authorization })
    expect(caller()?.userId).toBe(other)
    expect((await post({ 'sec-fetch-site': 'same-origin', authorization: 'Bearer x' })).status).toBe(401)
  })

  test.each<[string, () => Promise<string>]>([
    ['expired', () => issuer.token({ exp: -60 })],
    ['not a token', async () => 'x'],
  ])('and a token that is %s is refused as in the header', async (_, token) => {
    const reply = await post({ 'sec-fetch-site': 'same-origin', cookie: `inkstream_access=${await token()}` })
    expect(reply.status).toBe(401)
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_TOKEN' } }] })
    expect(users.requests).toEqual([])
  })

  test('beside the cookies of consistency tokens', async () => {
    const reply = await post({ 'sec-fetch-site': 'same-origin' })
    expect(await reply.json()).toMatchObject({ extensions: { consistency: { fresh: false, refused: ['malformed'] } } })
    expect(caller()?.userId).toBe(userId)
  })
})

describe('what a form or a link can send is refused on /graphql, also from an own page', () => {
  const query = encodeURIComponent('mutation { signOut { errors { code } } }')
  const sent = async (path: string, init: RequestInit) => {
    const reply = await fetch(`${gateway.url}${path}`, {
      ...init,
      headers: { cookie, 'sec-fetch-site': 'same-origin', ...(init.headers as Headers) },
    })
    expect(users.requests).toEqual([])
    return reply.status
  }

  test.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain'])(
    'a post of %s',
    async (type) =>
      expect([400, 415]).toContain(
        await sent('/graphql', { method: 'POST', headers: { 'content-type': type }, body: viewer }),
      ),
  )
  test('a query by GET', async () =>
    expect(await sent(`/graphql?query=${encodeURIComponent('{viewer{id}}')}`, {})).toBe(400))
  test.each<[string, Headers]>([
    ['', {}],
    [' that had a preflight', { 'apollo-require-preflight': '1' }],
  ])('a mutation by GET%s', async (_, headers) =>
    expect([400, 405]).toContain(await sent(`/graphql?query=${query}`, { headers })),
  )
  test('but a query by GET that had a preflight is the caller’s', async () => {
    const reply = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent('{viewer{id}}')}`, {
      headers: { cookie, 'sec-fetch-site': 'same-origin', 'apollo-require-preflight': '1' },
    })
    expect(reply.status).toBe(200)
    expect(caller()?.userId).toBe(userId)
  })
})

test('with tokens of another issuer there are no sessions of browsers', async () => {
  const other = await startGateway(supergraphOf([users]), { OIDC_ISSUER: issuer.url })
  try {
    expect((await fetch(`${other.url}/session`, { method: 'DELETE' })).status).toBe(404)
    await other.post(viewer, { cookie: 'inkstream_access=x', 'sec-fetch-site': 'same-origin' })
    expect(caller()).toBeNull()
  } finally {
    await other.stop()
  }
})
