import { expect, test } from 'vitest'
import { parseConfig } from '#toolkit/process/config.ts'
import { gatewayConfig } from './config.ts'

const keys = {
  SUBGRAPH_KEYS: 'users=2:a newer secret of 16|1:an older secret of 16,posts=1:a secret of sixteen',
  JWKS_URL: 'http://127.0.0.1:1/keys',
  CONSISTENCY_KEYS: 'a newer secret of 16, an older secret of 16',
}

test('requires only keys: those of subgraphs, and of tokens by JWKS_URL or OIDC_ISSUER', () => {
  expect(parseConfig(gatewayConfig, keys)).toMatchObject({ config: { PORT: 4000, HOST: '127.0.0.1', MAX_DEPTH: 12 } })
  const { JWKS_URL: _, ...others } = keys
  expect(parseConfig(gatewayConfig, others)).toEqual({
    problems: ['JWKS_URL is not set: it has no default (an http or https url, unless OIDC_ISSUER is set)'],
  })
  expect(parseConfig(gatewayConfig, { ...others, OIDC_ISSUER: 'https://login.example' })).toHaveProperty('config')
})

test('takes a url for each subgraph', () => {
  expect(
    parseConfig(gatewayConfig, { ...keys, SUBGRAPH_URLS: 'users=http://a/graphql?x=y,posts=http://b/graphql' }),
  ).toEqual({
    config: expect.objectContaining({
      SUBGRAPH_URLS: new Map([
        ['users', 'http://a/graphql?x=y'],
        ['posts', 'http://b/graphql'],
      ]),
    }),
  })
})

test.each([
  ['SUBGRAPH_URLS', 'users', 'name=url, comma-separated'],
  ['SUBGRAPH_URLS', 'users=nowhere', 'name=url, comma-separated'],
  ['SUBGRAPH_KEYS', 'users=short', 'name=id:secret.*'],
  ['SUBGRAPH_KEYS', 'users', 'name=id:secret.*'],
  ['CONSISTENCY_KEYS', 'a secret of sixteen,short', 'secrets, comma-separated, the newest first'],
  ['CONSISTENCY_WAIT_MS', '5000', 'milliseconds, 0 to 60000'],
  ['SUBGRAPH_TIMEOUT_MS', '1000', 'milliseconds, 1 to 600000'],
  ['CONSISTENCY_COOKIE', 'true', 'on or off'],
  ['MAX_DEPTH', '0', 'a whole number from 1'],
  ['PERSISTED_OPERATIONS', 'on', 'off, prefer or enforce'],
  ['APQ_CACHE_BYTES', '-1', 'bytes, 0 to 1073741824'],
  ['SUBGRAPH_TIMEOUT_MS', 'soon', 'milliseconds, 1 to 600000'],
  ['TOKEN_ALGORITHMS', 'HS256', 'of EdDSA, .*, comma-separated'],
  ['TOKEN_ALGORITHMS', 'none', 'of EdDSA, .*, comma-separated'],
  ['TRUSTED_PROXIES', '10.0.0.0/8, everybody', 'addresses or networks, comma-separated, as in 10.0.0.0/8'],
  ['OIDC_ISSUER', 'login.example', 'an http or https url'],
  ['JWKS_URL', 'file:///keys', 'an http or https url, unless OIDC_ISSUER is set'],
  ['PORT', '99999', 'a TCP port, 1 to 65535'],
])('%s may not be %j, and the message says what is allowed', (name, value, may) => {
  expect(parseConfig(gatewayConfig, { ...keys, [name]: value })).toEqual({
    problems: [expect.stringMatching(new RegExp(`^${name} is "[^"]+": .*\\(${may}\\)$`))],
  })
})

test('a wait may not take as long as a subgraph may: the variable that was set is named, with the other’s value', () => {
  expect(parseConfig(gatewayConfig, { ...keys, SUBGRAPH_TIMEOUT_MS: '800' })).toEqual({
    problems: [
      'SUBGRAPH_TIMEOUT_MS is "800": must be more than CONSISTENCY_WAIT_MS, which is 1000 (milliseconds, 1 to 600000)',
    ],
  })
  expect(parseConfig(gatewayConfig, { ...keys, CONSISTENCY_WAIT_MS: '6000' })).toEqual({
    problems: [
      'CONSISTENCY_WAIT_MS is "6000": must be less than SUBGRAPH_TIMEOUT_MS, which is 5000 (milliseconds, 0 to 60000)',
    ],
  })
  expect(parseConfig(gatewayConfig, { ...keys, SUBGRAPH_TIMEOUT_MS: '800', CONSISTENCY_WAIT_MS: '799' })).toMatchObject(
    {
      config: { CONSISTENCY_KEYS: [{ secret: 'a newer secret of 16' }, { secret: 'an older secret of 16' }] },
    },
  )
})
