import { print } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SignOutDocument } from '#contracts/operations/sessions/generated/documents.ts'
import { decodeCaller } from '#toolkit/trust/caller.ts'
import { CALLER_HEADER } from '#toolkit/trust/signature.ts'
import { type RunningGateway, startGateway, supergraphOf } from '../testing/gateway.fixture.ts'
import { breakConnection, type StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { sessionId, startTokenIssuer, type TokenIssuer, userId } from '../tokens/issuer.fixture.ts'
import { cookieHeader, setCookiesOf, startUsers } from './users.fixture.ts'

let issuer: TokenIssuer
let users: StubSubgraph
let gateway: RunningGateway
let production: RunningGateway

beforeAll(async () => {
  issuer = await startTokenIssuer()
  users = await startUsers(issuer)
  const supergraph = supergraphOf([users])
  const env = { JWKS_URL: issuer.jwksUrl, RATE_LIMITS: '*=1000' }
  gateway = await startGateway(supergraph, env)
  production = await startGateway(supergraph, { ...env, NODE_ENV: 'production', PERSISTED_OPERATIONS: 'enforce' })
})
afterAll(() => Promise.all([gateway?.stop(), production?.stop(), users?.close(), issuer?.close()]))
beforeEach(() => users.behave())

type Sent = { readonly at?: RunningGateway; readonly cookie?: string; readonly headers?: Record<string, string> }

const send = async (method: string, path: string, body?: object, { at = gateway, cookie, headers }: Sent = {}) => {
  const reply = await fetch(`${at.url}${path}`, {
    method,
    headers: {
      'sec-fetch-site': 'same-origin',
      ...(cookie !== undefined && { cookie }),
      ...(body && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  expect(reply.headers.get('cache-control')).toBe('no-store')
  expect(reply.headers.get('vary')).toBe('cookie')
  return { status: reply.status, body: JSON.parse(text), text, cookies: setCookiesOf(reply) }
}
const right = { email: 'ada@example.org', password: 'ink that dries' }
const caller = () => decodeCaller(users.requests.at(-1)?.headers[CALLER_HEADER] as string | undefined)?.caller
const asked = () => users.requests.map(({ query }) => /\b(signIn|refreshSession|signOut)\b/.exec(query)?.[1])
const failed = (code: string) => ({
  user: null,
  expiresAt: null,
  errors: [{ code, message: expect.any(String), path: expect.any(Array) }],
})
const cleared = ['inkstream_access', 'inkstream_refresh', 'inkstream_signed_in'].map((name) =>
  expect.objectContaining({ name, value: '', attributes: expect.stringMatching(/^Max-Age=0; /) }),
)
const ended = { user: null, expiresAt: null, errors: [] }

describe('signing in', () => {
  test('sets the cookies of the session, and answers the user and no token', async () => {
    const { status, body, text, cookies } = await send('POST', '/session', right)
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        user: { id: '1', username: 'ada', fullName: 'Ada Lovelace', avatarUrl: null },
        expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
        errors: [],
      },
    })
    expect(cookies).toEqual([
      {
        name: 'inkstream_access',
        value: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        attributes: 'Max-Age=900; Path=/; HttpOnly; SameSite=Lax',
      },
      {
        name: 'inkstream_refresh',
        value: 'refresh-1',
        attributes: 'Max-Age=86400; Path=/session; HttpOnly; SameSite=Strict',
      },
      { name: 'inkstream_signed_in', value: '1', attributes: 'Max-Age=86400; Path=/; SameSite=Lax' },
    ])
    for (const { value } of cookies.slice(0, 2)) expect(text).not.toContain(value)
  })

  test('in production, cookies are for https only, also where only registered operations may run', async () => {
    const { cookies } = await send('POST', '/session', right, { at: production })
    expect(cookies.map(({ name, attributes }) => `${name} ${attributes}`)).toEqual([
      '__Secure-inkstream_access Max-Age=900; Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Secure-inkstream_refresh Max-Age=86400; Path=/session; HttpOnly; Secure; SameSite=Strict',
      'inkstream_signed_in Max-Age=86400; Path=/; Secure; SameSite=Lax',
    ])
    expect(await production.metric('gateway_operations_total', { source: 'own' })).toBe(1)
    const cookie = cookieHeader(cookies)
    expect((await send('POST', '/session/refresh', undefined, { at: production, cookie })).body.errors).toEqual([])
    const out = await send('DELETE', '/session', undefined, { at: production, cookie })
    expect(out.cookies.map(({ name, attributes }) => `${name} ${attributes}`)).toEqual([
      '__Secure-inkstream_access Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Secure-inkstream_refresh Max-Age=0; Path=/session; HttpOnly; Secure; SameSite=Strict',
      'inkstream_signed_in Max-Age=0; Path=/; Secure; SameSite=Lax',
    ])
    // Nobody else may send the gateway's own operations where only registered ones may run.
    const { errors } = await production.ask(print(SignOutDocument))
    expect(errors[0].extensions.code).toBe('PERSISTED_OPERATION_REQUIRED')
  })

  test('a rejection is data, and changes no cookie', async () => {
    const { status, body, cookies } = await send('POST', '/session', { ...right, password: 'wrong' })
    expect({ status, body, cookies }).toEqual({ status: 200, body: failed('INVALID_CREDENTIALS'), cookies: [] })
  })

  test('takes over a session by its refresh token, which is refreshed at once', async () => {
    const { body, cookies } = await send('POST', '/session', { refreshToken: 'refresh-7' })
    expect(body.user.username).toBe('ada')
    expect(cookies[1]).toMatchObject({ name: 'inkstream_refresh', value: 'refresh-8' })
    const refused = await send('POST', '/session', { refreshToken: 'nonsense' })
    expect(refused).toMatchObject({ status: 200, body: failed('INVALID_SESSION'), cookies: [] })
  })

  test('is asked of users as by nobody, whoever is signed in', async () => {
    const cookie = `inkstream_access=${await issuer.token()}`
    await send('POST', '/session', right, { cookie, headers: { authorization: `Bearer ${await issuer.token()}` } })
    expect(caller()).toBeNull()
  })
})

describe('refreshing', () => {
  test('replaces both tokens, by the cookie alone', async () => {
    const { body, cookies } = await send('POST', '/session/refresh', undefined, {
      cookie: 'inkstream_refresh=refresh-1',
    })
    expect(body).toMatchObject({ user: { username: 'ada' }, expiresAt: expect.any(String), errors: [] })
    expect(cookies.map(({ name, value }) => [name, value])).toEqual([
      ['inkstream_access', expect.stringMatching(/\./)],
      ['inkstream_refresh', 'refresh-2'],
      ['inkstream_signed_in', '1'],
    ])
  })

  test.each([
    ['there is no cookie', undefined],
    ['it was removed', 'inkstream_refresh=; inkstream_signed_in='],
    ['the session has ended', 'inkstream_refresh=used-before; inkstream_access=x'],
  ])('when %s: INVALID_SESSION, and the cookies are removed', async (_, cookie) => {
    const { status, body, cookies } = await send('POST', '/session/refresh', undefined, cookie ? { cookie } : {})
    expect({ status, body, cookies }).toEqual({ status: 200, body: failed('INVALID_SESSION'), cookies: cleared })
  })

  test('while users is down keeps the cookies, and says so', async () => {
    users.behave(breakConnection)
    const { status, body, cookies } = await send(
      'POST',
      '/session/refresh',
      {},
      { cookie: 'inkstream_refresh=refresh-1' },
    )
    expect({ status, body, cookies }).toEqual({ status: 503, body: failed('SUBGRAPH_UNAVAILABLE'), cookies: [] })
  })
})

describe('signing out', () => {
  const out = (cookie?: string) => send('DELETE', '/session', undefined, cookie === undefined ? {} : { cookie })
  const token = async (exp: number) => `inkstream_access=${await issuer.token({ exp })}`

  test('ends the session of the access token, and removes the cookies', async () => {
    const reply = await out(`${await token(60)}; inkstream_refresh=refresh-1; inkstream_signed_in=1`)
    expect(reply).toMatchObject({ status: 200, body: ended, cookies: cleared })
    expect(asked()).toEqual(['signOut'])
    expect(caller()).toMatchObject({ userId, sessionId })
  })

  test.each([
    ['without an access token', async () => ''],
    ['with an expired one', async () => `${await token(-60)}; `],
    ['with one that is none', async () => 'inkstream_access=x; '],
  ])('%s it gets one by the refresh token', async (_, access) => {
    expect(await out(`${await access()}inkstream_refresh=refresh-1`)).toMatchObject({ body: ended, cookies: cleared })
    expect(asked()).toEqual(['refreshSession', 'signOut'])
    expect(caller()).toMatchObject({ userId, sessionId })
  })

  test('of a session that has ended, or of nobody, is no error', async () => {
    expect(await out('inkstream_refresh=used-before')).toMatchObject({ status: 200, body: ended, cookies: cleared })
    expect(await out()).toMatchObject({ status: 200, body: ended, cookies: cleared })
  })

  test('with an expired access token alone says that nothing could be ended', async () => {
    expect(await out(await token(-60))).toMatchObject({ status: 401, body: failed('INVALID_TOKEN'), cookies: cleared })
  })

  test.each([
    ['an access token', () => token(60)],
    ['a refresh token alone', async () => 'inkstream_refresh=refresh-1'],
  ])('while users is down removes the cookies all the same, and says so: with %s', async (_, cookie) => {
    users.behave(breakConnection)
    expect(await out(await cookie())).toMatchObject({
      status: 503,
      body: failed('SUBGRAPH_UNAVAILABLE'),
      cookies: cleared,
    })
  })
})

test('limits count these requests as those of any client', async () => {
  const limited = await startGateway(supergraphOf([users]), { JWKS_URL: issuer.jwksUrl, RATE_LIMITS: '*=9,signIn=1' })
  try {
    await send('POST', '/session', right, { at: limited })
    const reply = await send('POST', '/session', right, { at: limited })
    expect(reply).toMatchObject({ status: 429, body: failed('TOO_MANY_REQUESTS'), cookies: [] })
    expect(await limited.metric('gateway_rate_limited_total', { field: 'signIn' })).toBe(1)
  } finally {
    await limited.stop()
  }
})

test('a fault of users is masked', async () => {
  users.behave(() => ({ data: { payload: null }, errors: [{ message: 'the password of the database is 1234' }] }))
  const { status, body, text } = await send('POST', '/session', right)
  expect({ status, body }).toEqual({ status: 500, body: failed('INTERNAL_SERVER_ERROR') })
  expect(text).not.toContain('1234')
})
