import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..', '..')

test.each([
  ['ops/main.ts', ['status'], 'USERS_PORT', '99999', 'a TCP port, 1 to 65535'],
  ['ops/main.ts', ['status'], 'POSTS_RELAY_URL', 'posts:4012', 'an http or https url, without a path'],
  ['ops/main.ts', ['dead-letters', 'list'], 'KAFKA_BROKERS', 'kafka', 'host:port, comma-separated'],
  ['bench/main.ts', ['visible'], 'GRAPHQL_URL', '127.0.0.1:4000', 'an http or https url'],
  ['bench/main.ts', ['pages'], 'POSTS_PORT', 'abc', 'a TCP port, 1 to 65535'],
  ['bench/seed/main.ts', [], 'GATEWAY_PORT', '-1', 'a TCP port, 1 to 65535'],
  ['infra/jobs/topics.ts', [], 'TOPIC_REPLICATION', 'abc', 'a whole number, 1 to 32'],
])('%s %j ends at once when %s is %s, and reports the allowed values', (file, args, name, value, may) => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, file), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, KAFKA_BROKERS: '127.0.0.1:9', [name]: value },
    encoding: 'utf8',
    timeout: 60_000,
  })
  expect(stderr).toMatch(new RegExp(`^${name} is "[^"]*": .*\\(${may}\\)\nSee docs/configuration\\.md`, 'm'))
  expect(status).toBe(78)
})

test.each(['subgraphs/posts/relay.ts', 'gateway/main.ts', 'infra/jobs/topics.ts', 'ops/main.ts'])(
  '%s warns about a name that looks misspelled',
  (file) => {
    const { stderr } = spawnSync(process.execPath, [join(root, file), 'status'], {
      cwd: root,
      // The invalid first variable ends the process before it does anything.
      env: { PATH: process.env.PATH, TOPIC_PREFIX: '!', PORT: 'x', INKSTREAM_SECRT: 'x' },
      encoding: 'utf8',
      timeout: 60_000,
    })
    expect(stderr).toContain('Warning: INKSTREAM_SECRT is set, and nothing reads it. Is INKSTREAM_SECRET meant?\n')
  },
)
