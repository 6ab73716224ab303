import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { ensureDatabase } from '#infra/migrations/migrate.ts'
import {
  type RunningGateway,
  startGateway,
  startPeople,
  startWritings,
  supergraphOf,
} from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { startTokenIssuer, type TokenIssuer, userId } from '../tokens/issuer.fixture.ts'
import { createMemoryCount } from './memory.ts'

let people: StubSubgraph
let writings: StubSubgraph
let issuer: TokenIssuer
let gateways: RunningGateway[] = []

beforeAll(async () => {
  ;[people, writings, issuer] = await Promise.all([startPeople(), startWritings(), startTokenIssuer()])
})
afterAll(() => Promise.all([...gateways.map((one) => one.stop()), people?.close(), writings?.close(), issuer?.close()]))

async function start(env: Record<string, string>): Promise<RunningGateway> {
  const gateway = await startGateway(supergraphOf([people, writings]), {
    JWKS_URL: issuer.jwksUrl,
    TRUSTED_PROXIES: '127.0.0.1',
    ...env,
  })
  gateways = [...gateways, gateway]
  return gateway
}

const query = '{ person(id: "1") { name } }'
const from = (address: string) => ({ 'x-forwarded-for': address })
const ask = (gateway: RunningGateway, asked: string, headers: Record<string, string>) =>
  gateway.post(JSON.stringify({ query: asked }), headers)
const statuses = async (gateway: RunningGateway, asked: string, headers: Record<string, string>, times: number) => {
  const found: number[] = []
  for (let index = 0; index < times; index++) found.push((await ask(gateway, asked, headers)).status)
  return found
}

describe('a caller may use a root field a limited number of times per minute, and', () => {
  let gateway: RunningGateway
  beforeAll(async () => {
    gateway = await start({ RATE_LIMITS: '*=100,person=3,rename=2' })
  })

  test('beyond that gets the time until the next request', async () => {
    expect(await statuses(gateway, query, from('203.0.113.1'), 3)).toEqual([200, 200, 200])
    people.behave()
    const refused = await ask(gateway, query, from('203.0.113.1'))
    expect(refused.status).toBe(429)
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(await refused.json()).toEqual({
      errors: [
        {
          message: `person was asked more than 3 times in a minute: try again in ${seconds} s.`,
          extensions: { code: 'TOO_MANY_REQUESTS', field: 'person', retryAfterS: seconds },
        },
      ],
    })
    expect(people.requests).toEqual([])
    expect(await gateway.metric('gateway_rate_limited_total', { field: 'person' })).toBe(1)
    expect(gateway.logged.filter(({ level }) => Number(level) >= 50)).toEqual([])
  })

  test('may use other fields', async () => {
    expect(await statuses(gateway, '{ writings { title } }', from('203.0.113.1'), 1)).toEqual([200])
  })

  test.each([
    [
      'each alias counts',
      'mutation { a: rename(id: "1", name: "A") { name } b: rename(id: "1", name: "B") { name } c: rename(id: "1", name: "C") { name } }',
    ],
    [
      'those in fragments too',
      'mutation { ...F ... { c: rename(id: "1", name: "C") { name } } } fragment F on Mutation { a: rename(id: "1", name: "A") { name } ...G } fragment G on Mutation { b: rename(id: "1", name: "B") { name } }',
    ],
  ])('%s', async (what, mutation) => {
    expect((await ask(gateway, mutation, from(`198.51.100.${what.length}`))).status).toBe(429)
  })

  test('a field selected twice under one name counts once', async () => {
    const twice = `{ ...F person(id: "1") { age } } fragment F on Query { person(id: "1") { name } }`
    expect(await statuses(gateway, twice, from('203.0.113.2'), 3)).toEqual([200, 200, 200])
  })

  test('is counted by its network, whatever its port', async () => {
    const v6 = [1, 2, 3, 4].map((last) => from(`2001:db8:1:2::${last}`))
    const v4 = [1, 2, 3, 4].map((last) => from(`203.0.113.3:4000${last}`))
    for (const addresses of [v6, v4]) {
      const found = []
      for (const headers of addresses) found.push((await ask(gateway, query, headers)).status)
      expect(found).toEqual([200, 200, 200, 429])
    }
  })

  test('is counted by its user across networks, and not with others of its network', async () => {
    const token = { authorization: `Bearer ${await issuer.token()}` }
    const other = { authorization: `Bearer ${await issuer.token({ sub: userId.replace(/a$/, 'f') })}` }
    expect(await statuses(gateway, query, { ...token, ...from('203.0.113.4') }, 2)).toEqual([200, 200])
    expect(await statuses(gateway, query, { ...token, ...from('203.0.113.5') }, 2)).toEqual([200, 429])
    expect(await statuses(gateway, query, { ...other, ...from('203.0.113.4') }, 1)).toEqual([200])
    expect(await statuses(gateway, query, from('203.0.113.4'), 1)).toEqual([200])
  })
})

/** Its rate limit status as reported to operators. */
const reported = async (gateway: RunningGateway) => {
  const { parts } = (await (await fetch(`${gateway.opsUrl}/health/ready`)).json()) as { parts: { rateLimits: object } }
  return { ...parts.rateLimits, shared: await gateway.metric('gateway_rate_limits_shared') }
}

test('a gateway without a store reports that it counts alone', async () => {
  expect(await reported(await start({}))).toEqual({ ready: true, counted: 'alone', shared: 0 })
})

describe('gateways with one store', () => {
  let url: string
  let store: pg.Client
  beforeAll(async () => {
    url = await ensureDatabase(inject('postgresUrl'), `test_${randomBytes(6).toString('hex')}`)
    store = new pg.Client(url)
    await store.connect()
  })
  afterAll(() => store?.end())

  test('count together, and keep no address', async () => {
    const env = { RATE_LIMITS: '*=4', RATE_LIMIT_DATABASE_URL: url }
    const [one, other] = await Promise.all([start(env), start(env)])
    expect(await statuses(one, query, from('203.0.113.1'), 3)).toEqual([200, 200, 200])
    expect(await statuses(other, query, from('203.0.113.1'), 2)).toEqual([200, 429])
    expect(await statuses(one, query, from('203.0.113.2'), 1)).toEqual([200])
    expect(await reported(other)).toEqual({ ready: true, counted: 'together', shared: 1 })
    const { rows } = await store.query('SELECT key FROM gateway_rate_limit')
    expect(rows).toHaveLength(3) // two callers, and the probe of the store
    expect(JSON.stringify(rows)).not.toMatch(/203|person/)
  })

  test('count together as a user who may not create the table, once an administrator has created it', async () => {
    const user = `counter_${randomBytes(4).toString('hex')}`
    await store.query(`CREATE ROLE ${user} LOGIN PASSWORD 'x'`)
    await store.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON gateway_rate_limit TO ${user}`)
    const own = new URL(url)
    Object.assign(own, { username: user, password: 'x' })
    const env = { RATE_LIMITS: '*=3', RATE_LIMIT_DATABASE_URL: own.href }
    const [one, other] = await Promise.all([start(env), start(env)])
    expect(await statuses(one, query, from('203.0.113.7'), 2)).toEqual([200, 200])
    expect(await statuses(other, query, from('203.0.113.7'), 2)).toEqual([200, 429])
  })

  test('report without any traffic that the store is down, and when it is back', async () => {
    const own = await ensureDatabase(inject('postgresUrl'), `test_${randomBytes(6).toString('hex')}`)
    const name = new URL(own).pathname.slice(1)
    await store.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
    const gateway = await start({ RATE_LIMIT_DATABASE_URL: own })
    const reason = expect.stringMatching(/^each gateway counts callers by itself, .*: the store .* is away: /)
    await vi.waitFor(
      async () => expect(await reported(gateway)).toEqual({ ready: true, counted: 'alone', reason, shared: 0 }),
      10_000,
    )
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200)
    await store.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
    await vi.waitFor(
      async () => expect(await reported(gateway)).toEqual({ ready: true, counted: 'together', shared: 1 }),
      20_000,
    )
  }, 40_000)

  test('count alone while the store is down, and log it', async () => {
    const gateway = await start({
      RATE_LIMITS: '*=2',
      RATE_LIMIT_DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/nowhere',
    })
    expect(await statuses(gateway, query, from('203.0.113.9'), 3)).toEqual([200, 200, 429])
    await vi.waitFor(() =>
      expect(gateway.logged.filter(({ msg }) => msg === 'rate limits are counted by this gateway alone')).toHaveLength(
        1,
      ),
    )
  })
})

test('the count in memory is bounded, and a window ends', async () => {
  const count = createMemoryCount(30, 2)
  expect(await count('a', 1)).toMatchObject({ times: 1 })
  expect(await count('a', 2)).toMatchObject({ times: 3 })
  await count('b', 1)
  await count('c', 1)
  expect(await count('a', 1)).toMatchObject({ times: 1 })
  await vi.waitFor(async () => expect(await count('c', 0)).toMatchObject({ times: 0 }))
})
