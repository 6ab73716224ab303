import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { secretProblems } from '#toolkit/process/secrets.ts'
import { childEnvironment } from '../support/child-environment.ts'

const root = resolve(import.meta.dirname, '..', '..')

/** Starts a process that must end at once. */
function run(file: string, env: Record<string, string>): Promise<{ code: number | null; err: string }> {
  const child = spawn(join(root, 'node_modules/.bin/node'), [file], {
    cwd: root,
    env: { ...childEnvironment(), NODE_ENV: 'production', LOG_LEVEL: 'silent', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 60_000,
  })
  let err = ''
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  return new Promise((done) => child.on('close', (code) => done({ code, err: err.trim() })))
}

const nowhere = { WRITE_DATABASE_URL: 'postgresql://127.0.0.1:9/a', READ_DATABASE_URL: 'postgresql://127.0.0.1:9/a' }
const good = {
  IDEMPOTENCY_SECRET: 'private words of digests',
  SIGNING_KEY_SECRET: 'private words of tokens',
  CALLER_KEYS: 'gateway=1:private words of gateway,comments=1:private words of comments',
}
const published = 'only-for-trying-it-out'

describe('in production a process ends with exit code 78 and a one-sentence reason when', () => {
  test.concurrent.each<[string, string, Record<string, string>, RegExp]>([
    [
      'a secret is the published default',
      'subgraphs/users/api.ts',
      { ...nowhere, ...good, SIGNING_KEY_SECRET: published },
      /^SIGNING_KEY_SECRET has the secret that docker-compose\.yml publishes\. .*openssl/,
    ],
    [
      'the password of a database is the published default',
      'subgraphs/posts/relay.ts',
      { KAFKA_BROKERS: '127.0.0.1:9', WRITE_DATABASE_URL: `postgresql://posts:${published}@127.0.0.1:9/a` },
      /^WRITE_DATABASE_URL has the password that docker-compose\.yml publishes\. .*openssl/,
    ],
    [
      'the passwords that it would set for database users are the published defaults',
      'infra/jobs/migrate.ts',
      { POSTGRES_URL: 'postgresql://127.0.0.1:9/a', DATABASE_PASSWORDS: `users=private-words,posts=${published}` },
      /^DATABASE_PASSWORDS for posts has the password that docker-compose\.yml publishes\. .*openssl[^\n]*$/,
    ],
    [
      'the password of the migrating user is the published default',
      'infra/jobs/migrate.ts',
      { POSTGRES_URL: 'postgresql://inkstream:inkstream@127.0.0.1:9/a' },
      /^POSTGRES_URL has the password that docker-compose\.yml publishes\. .*openssl/,
    ],
    [
      'two database users would share a password',
      'infra/jobs/migrate.ts',
      { POSTGRES_URL: 'postgresql://127.0.0.1:9/a', DATABASE_PASSWORDS: 'users=private-words,posts=private-words' },
      /^DATABASE_PASSWORDS for users and DATABASE_PASSWORDS for posts have one secret: .*Set one for each\.$/,
    ],
    [
      'a secret is empty',
      'subgraphs/users/api.ts',
      { ...nowhere, ...good, IDEMPOTENCY_SECRET: '' },
      /^IDEMPOTENCY_SECRET is not set: /,
    ],
    [
      'a secret is too short',
      'subgraphs/users/api.ts',
      { ...nowhere, ...good, CALLER_KEYS: 'gateway=1:short' },
      /^CALLER_KEYS is "…": .*16 characters or more/,
    ],
    [
      'two pairs share a secret',
      'gateway/main.ts',
      {
        JWKS_URL: 'http://127.0.0.1:9/keys',
        CONSISTENCY_KEYS: 'private words of consistency',
        SUBGRAPH_KEYS: 'users=1:private words of two,posts=1:private words of two',
      },
      /^SUBGRAPH_KEYS for users and SUBGRAPH_KEYS for posts have one secret: .*Set one for each\.$/,
    ],
    [
      'a key of consistency tokens is the published default',
      'gateway/main.ts',
      {
        JWKS_URL: 'http://127.0.0.1:9/keys',
        CONSISTENCY_KEYS: `private words of consistency,${published}`,
        SUBGRAPH_KEYS: 'users=1:private words of one',
      },
      /^CONSISTENCY_KEYS has the secret that docker-compose\.yml publishes\./,
    ],
    [
      'the key of a pair is the published default',
      'subgraphs/comments/projector.ts',
      { ...nowhere, KAFKA_BROKERS: '127.0.0.1:9', USERS_URL: 'http://127.0.0.1:9', USERS_KEYS: `1:${published}` },
      /^USERS_KEYS has the secret that docker-compose\.yml publishes\./,
    ],
  ])(
    '%s',
    async (_, file, env, sentence) => {
      const { code, err } = await run(file, env)
      expect([code, err]).toEqual([78, expect.stringMatching(sentence)])
      expect(err).not.toMatch(/private.words/)
    },
    60_000,
  )
})

const keys = (secret: string) => [{ id: '1', secret }]
const config = { NODE_ENV: 'production', SIGNING_KEY_SECRET: 'one that is long enough' }

describe('secrets in production', () => {
  test('are accepted when each is long and unique', () =>
    expect(
      secretProblems({ ...config, CALLER_KEYS: new Map([['gateway', keys('another that is long enough')]]) }),
    ).toEqual([]))

  test('may repeat among the keys of one pair, during rotation', () =>
    expect(
      secretProblems({
        ...config,
        USERS_KEYS: [...keys('another that is long'), { id: '2', secret: 'another that is long' }],
      }),
    ).toEqual([]))

  test.each<[string, object]>([
    ['two purposes', { IDEMPOTENCY_SECRET: config.SIGNING_KEY_SECRET }],
    ['a purpose and a pair', { CALLER_KEYS: new Map([['gateway', keys(config.SIGNING_KEY_SECRET)]]) }],
    [
      'an older key of a pair and another',
      { USERS_KEYS: [...keys('one of its own, long'), ...keys(config.SIGNING_KEY_SECRET)] },
    ],
  ])('must differ for %s', (_, more) =>
    expect(secretProblems({ ...config, ...more })).toEqual([
      expect.stringMatching(/SIGNING_KEY_SECRET.* have one secret/),
    ]),
  )

  test('must not be spaces, a short value padded with spaces, or the published default with a suffix', () => {
    for (const SIGNING_KEY_SECRET of [' '.repeat(20), `  short${' '.repeat(20)}`, `${published}-2`])
      expect(secretProblems({ NODE_ENV: 'production', SIGNING_KEY_SECRET })).toHaveLength(1)
  })

  test('must not be a default of docker-compose.yml', () => {
    const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
    const standards = [...compose.matchAll(/\$\{\w+_SECRET:-([^}]*)\}/g)].map(([, standard = '']) => standard)
    expect(standards.length).toBeGreaterThan(5)
    for (const SIGNING_KEY_SECRET of standards)
      expect(secretProblems({ NODE_ENV: 'production', SIGNING_KEY_SECRET })).toHaveLength(1)
  })

  test('may be anything outside production', () =>
    expect(secretProblems({ NODE_ENV: 'development', SIGNING_KEY_SECRET: published })).toEqual([]))
})
