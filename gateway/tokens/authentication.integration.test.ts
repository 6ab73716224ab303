import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { decodeCaller } from '#toolkit/trust/caller.ts'
import { CALLER_HEADER } from '#toolkit/trust/signature.ts'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { forge, sessionId, startTokenIssuer, type TokenIssuer, userId } from './issuer.fixture.ts'

let people: StubSubgraph
let issuer: TokenIssuer
let other: TokenIssuer
let gateway: RunningGateway

beforeAll(async () => {
  ;[people, issuer, other] = await Promise.all([startPeople(), startTokenIssuer(), startTokenIssuer()])
  gateway = await startGateway(supergraphOf([people]), { JWKS_URL: issuer.jwksUrl })
})
afterAll(() => Promise.all([gateway?.stop(), people?.close(), issuer?.close(), other?.close()]))
beforeEach(() => people.behave())

const person = JSON.stringify({ query: '{ person(id: "1") { name } }' })
const ask = (authorization?: string) => gateway.post(person, authorization === undefined ? {} : { authorization })
const claims = () => decodeCaller(people.requests.at(-1)?.headers[CALLER_HEADER] as string | undefined)

describe('a subgraph gets', () => {
  test('the caller', async () => {
    expect((await ask(`Bearer ${await issuer.token({ roles: ['moderator'] })}`)).status).toBe(200)
    expect(claims()).toEqual({ caller: { userId, roles: ['moderator'], sessionId }, address: '127.0.0.1' })
  })

  test('a caller without roles and session when the token names none', async () => {
    await ask(`bearer ${await issuer.token({ sid: undefined })}`)
    expect(claims().caller).toEqual({ userId, roles: [], sessionId: null })
  })

  test.each<[string, unknown, string[]]>([
    ['that are null', null, []],
    ['that are a string', 'moderator', []],
    ['that are a number', 7, []],
    ['that are an object', { moderator: true }, []],
    [
      'by the hundred, one of them known',
      [...Array.from({ length: 300 }, (_, n) => `group-${n}`), 'moderator'],
      ['moderator'],
    ],
    [
      'that are not all strings, one of them known',
      [null, 7, {}, ['moderator'], 'x'.repeat(500), 'moderator', 'moderator'],
      ['moderator'],
    ],
    ['that are unknown', ['admin'], []],
  ])('only the known roles, of roles %s', async (_, roles, used) => {
    expect((await ask(`Bearer ${await issuer.token({ roles })}`)).status).toBe(200)
    expect(claims().caller).toEqual({ userId, roles: used, sessionId })
  })

  test('the user’s id in lower case, as in events', async () => {
    await ask(`Bearer ${await issuer.token({ sub: userId.toUpperCase() })}`)
    expect(claims().caller).toMatchObject({ userId })
  })

  test('an anonymous caller without a token', async () => {
    await ask()
    expect(claims()).toEqual({ caller: null, address: '127.0.0.1' })
  })

  test('no part of the token itself, and neither does the log', async () => {
    const token = await issuer.token()
    await ask(`Bearer ${token}`)
    await ask(`Bearer ${token}x`)
    const { headers } = people.requests.at(-1) ?? {}
    expect(headers).not.toHaveProperty('authorization')
    for (const part of token.split('.').slice(1)) {
      expect(JSON.stringify(headers)).not.toContain(part)
      expect(JSON.stringify(gateway.logged)).not.toContain(part)
    }
  })
})

describe('a token is refused when', () => {
  test.each<[string, RegExp, () => Promise<string> | string]>([
    ['the header is empty', /must be `Bearer`/, () => ''],
    ['it is of another scheme', /must be `Bearer`/, () => 'Basic YTpi'],
    ['it is not a token', /must be `Bearer`/, () => 'Bearer a.b'],
    ['there are two', /must be `Bearer`/, async () => `Bearer ${await issuer.token()} ${await issuer.token()}`],
    ['it is not JSON', /malformed/, () => 'Bearer e30x.e30x.e30x'],
    ['it is unsigned', /signature algorithm/, async () => forge(await issuer.token(), { alg: 'none' })],
    [
      'it is signed by the public key as a secret',
      /signature algorithm/,
      async () => forge(await issuer.token(), { alg: 'HS256' }, issuer.published.keys[0]?.x),
    ],
    [
      'it is signed by another’s key under a known name',
      /signature/,
      () => other.token({}, { kid: issuer.published.keys[0]?.kid ?? '' }),
    ],
    ['it is signed by another’s key', /an unknown key/, () => other.token()],
    [
      'its claims were changed',
      /signature/,
      async () => {
        const [protectedHeader, , signature] = (await issuer.token()).split('.')
        const [, payload] = (await issuer.token({ roles: ['moderator'] })).split('.')
        return [protectedHeader, payload, signature].join('.')
      },
    ],
    ['it has another issuer', /issuer of the access token is not trusted/, () => issuer.token({ iss: 'somebody' })],
    ['it is for another audience', /another audience/, () => issuer.token({ aud: ['somebody', 'else'] })],
    ['it has expired', /has expired/, () => issuer.token({ exp: -10 })],
    ['it is not valid yet', /not valid yet/, () => issuer.token({ nbf: 60 })],
    ['it has no issuer', /claim/, () => issuer.token({ iss: undefined })],
    ['it has no audience', /claim/, () => issuer.token({ aud: undefined })],
    ['it has no expiry', /claim/, () => issuer.token({ exp: null })],
    ['it names no user', /claim/, () => issuer.token({ sub: undefined })],
    ['its user is not a UUID', /claim/, () => issuer.token({ sub: 'ada' })],
    ['its session is not a UUID', /claim/, () => issuer.token({ sid: '1' })],
  ])('%s', async (_when, message, made) => {
    const token = await made()
    const response = await ask(/^$|^\w+ /.test(token) ? token : `Bearer ${token}`)
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"'])
    expect(await response.json()).toEqual({
      errors: [{ message: expect.stringMatching(message), extensions: { code: 'INVALID_TOKEN' } }],
    })
    expect(people.requests).toEqual([])
  })

  test('and the refusal is counted by its reason', async () => {
    const count = async () => (await gateway.metric('gateway_tokens_refused_total', { refusal: 'expired' })) ?? 0
    const before = await count()
    await ask(`Bearer ${await issuer.token({ exp: -60 })}`)
    expect(await count()).toBe(before + 1)
    expect(await gateway.metric('gateway_errors_total', { code: 'INVALID_TOKEN' })).toBeGreaterThan(before)
  })
})

test('the issuer’s clock may differ by some seconds', async () => {
  for (const skewed of [{ exp: -3 }, { nbf: 3 }])
    expect((await ask(`Bearer ${await issuer.token(skewed)}`)).status).toBe(200)
})

test('a browser of an allowed origin may read the reason of a refusal', async () => {
  const origin = 'https://blog.example'
  const open = await startGateway(supergraphOf([people]), { JWKS_URL: issuer.jwksUrl, CORS_ORIGINS: origin })
  try {
    const refused = await open.post(person, { origin, authorization: 'Bearer x' })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, origin])
  } finally {
    await open.stop()
  }
})

describe('by configuration', () => {
  const asked = async (env: Record<string, string>, token: string) => {
    const configured = await startGateway(supergraphOf([people]), { JWKS_URL: issuer.jwksUrl, ...env })
    try {
      const response = await configured.post(person, { authorization: `Bearer ${token}` })
      return response.status === 200 ? claims().caller : ((await response.json()) as object)
    } finally {
      await configured.stop()
    }
  }
  const id = '01890000-0000-7000-8000-0000000000ff'

  test('claims have other names', async () => {
    const env = { TOKEN_USER_CLAIM: 'inkstream_id', TOKEN_ROLES_CLAIM: 'groups' }
    const token = await issuer.token({ sub: 'auth|1', inkstream_id: id, groups: ['moderator'] })
    expect(await asked(env, token)).toEqual({ userId: id, roles: ['moderator'], sessionId })
  })

  test('subgraphs know other roles', async () => {
    const token = await issuer.token({ roles: ['moderator', 'editor', 'reader'] })
    expect(await asked({ TOKEN_ROLES: 'editor, reader' }, token)).toMatchObject({ roles: ['editor', 'reader'] })
  })

  test('other issuers and audiences are accepted, and the default ones refused', async () => {
    const env = { TOKEN_ISSUER: 'https://a.example', TOKEN_AUDIENCE: 'blog' }
    expect(await asked(env, await issuer.token({ iss: 'https://a.example', aud: 'blog' }))).toMatchObject({ userId })
    expect(await asked(env, await issuer.token())).toMatchObject({
      errors: [{ message: expect.stringMatching(/issuer of the access token is not trusted/) }],
    })
  })

  test('other signature algorithms are accepted, and the default one refused', async () => {
    const ecdsa = await startTokenIssuer()
    await ecdsa.rotate('ES256')
    const env = { TOKEN_ALGORITHMS: 'RS256, ES256', JWKS_URL: ecdsa.jwksUrl }
    expect(await asked(env, await ecdsa.token())).toMatchObject({ userId })
    expect(await asked(env, await issuer.token())).toMatchObject({
      errors: [{ message: expect.stringMatching(/signature algorithm/) }],
    })
    await ecdsa.close()
  })
})
