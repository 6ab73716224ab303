import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { createAuthentication } from './authentication.ts'
import { KeysUnavailable } from './keys.ts'
import type { TokenRefusal } from './refusal.ts'

const rules = {
  issuer: 'an issuer',
  audience: 'an audience',
  algorithms: ['EdDSA'],
  userClaim: 'sub',
  rolesClaim: 'roles',
  roles: ['moderator'],
  sessionClaim: 'sid',
}
const userId = '0190a8f0-0000-7000-8000-00000000000a'
const sessionId = '0190a8f0-0000-7000-8000-00000000000b'
const usual = { iss: 'an issuer', aud: 'an audience', sub: userId, sid: sessionId, roles: ['moderator', 'other'] }

let pair: Awaited<ReturnType<typeof generateKeyPair>>
let find: ReturnType<typeof createLocalJWKSet>
beforeAll(async () => {
  pair = await generateKeyPair('EdDSA', { extractable: true })
  find = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'known', alg: 'EdDSA' }] })
})

let refusals: TokenRefusal[] = []
beforeEach(() => {
  refusals = []
})
const refused = (refusal: TokenRefusal) => void refusals.push(refusal)
const authenticate = (authorization: string | undefined) =>
  createAuthentication({ rules, keys: { find, renew: async () => {} }, refused })(authorization)

const token = (claims: object, { expires = '5m', kid = 'known' } = {}) =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'EdDSA', kid }).setExpirationTime(expires).sign(pair.privateKey)

test('a request without the header is anonymous', async () => {
  expect(await authenticate(undefined)).toEqual({ caller: null })
  expect(refusals).toEqual([])
})

test('a valid token identifies its user, with the roles that subgraphs know', async () => {
  expect(await authenticate(`Bearer ${await token({ ...usual, sub: userId.toUpperCase() })}`)).toEqual({
    caller: { userId, sessionId, roles: ['moderator'] },
  })
})

test.each<[TokenRefusal, () => Promise<string> | string]>([
  ['header', () => 'Basic abc'],
  ['header', () => ''],
  ['malformed', () => 'Bearer a.b.c'],
  ['expired', async () => `Bearer ${await token(usual, { expires: '-1m' })}`],
  ['issuer', async () => `Bearer ${await token({ ...usual, iss: 'another' })}`],
  ['audience', async () => `Bearer ${await token({ ...usual, aud: 'another' })}`],
  ['key', async () => `Bearer ${await token(usual, { kid: 'unknown' })}`],
  ['claims', async () => `Bearer ${await token({ ...usual, sub: 'no UUID' })}`],
])('anything else is refused and counted: %s', async (refusal, header) => {
  expect(await authenticate(await header())).toEqual({
    refused: {
      code: 'INVALID_TOKEN',
      message: expect.any(String),
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    },
  })
  expect(refusals).toEqual([refusal])
})

test('without keys nobody is refused for a token that may be valid', async () => {
  const keys = {
    find: () => Promise.reject(new KeysUnavailable('no token keys')),
    renew: async () => {},
  }
  const authenticate = createAuthentication({ rules, keys, refused })
  expect(await authenticate(`Bearer ${await token(usual)}`)).toMatchObject({
    refused: { code: 'AUTHENTICATION_UNAVAILABLE' },
  })
  expect(refusals).toEqual([])
})
