import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { rawPost, sendRaw } from './raw.fixture.ts'

let people: StubSubgraph
let open: RunningGateway
let production: RunningGateway

beforeAll(async () => {
  people = await startPeople()
  const supergraph = supergraphOf([people])
  open = await startGateway(supergraph, { HSTS_SECONDS: '3600', TRUSTED_PROXIES: '127.0.0.1' })
  production = await startGateway(supergraph, { NODE_ENV: 'production' })
})
afterAll(() => Promise.all([open?.stop(), production?.stop(), people?.close()]))

describe('the front door', () => {
  test('reports that it is live and ready, and reveals nothing internal', async () => {
    for (const gateway of [open, production]) {
      expect(await (await fetch(`${gateway.url}/health/live`)).json()).toEqual({ status: 'live' })
      const ready = await fetch(`${gateway.url}/health/ready`)
      expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }])
      expect((await fetch(`${gateway.url}/health/ready`, { method: 'HEAD' })).status).toBe(200)
      expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404)
    }
  })

  test('sends restrictive security headers with every reply', async () => {
    const query = '{"query":"{ person(id: 1) { name } }"}'
    const asked: readonly (string | Buffer)[] = [
      rawPost(query),
      rawPost('{'),
      rawPost(query, { authorization: 'Bearer nonsense' }),
      rawPost(query, { cookie: 'x'.repeat(20_000) }),
      rawPost(query, { expect: 'tea' }),
      'hello\r\n\r\n',
      ...['GET /health/ready', 'GET /nowhere', 'GET /%zz', 'PUT /graphql', 'GET /graphql?query={a}'].map(
        (first) => `${first} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`,
      ),
    ]
    for (const bytes of asked)
      expect((await sendRaw(production.url, bytes)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      })
  })

  test('sends HSTS over https only', async () => {
    const header = async (gateway: RunningGateway, proto: string) =>
      (await fetch(`${gateway.url}/health/live`, { headers: { 'x-forwarded-proto': proto } })).headers.get(
        'strict-transport-security',
      )
    expect(await header(open, 'https')).toBe('max-age=3600')
    expect(await header(open, 'http')).toBeNull()
    expect(await header(production, 'https')).toBeNull()
  })

  test('has a page that loads only its own files and cannot be framed', async () => {
    const page = await fetch(`${open.url}/playground/`)
    const policy = page.headers.get('content-security-policy')
    expect(policy).toMatch(/default-src 'none'; script-src 'self';/)
    expect(policy).toMatch(/frame-ancestors 'none'/)
    // Inline styles are allowed, inline scripts are not.
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(await page.text()).not.toMatch(/<script(?![^>]*\bsrc=)/)
  })
})

test('the address for operators is on loopback, on another port than the front door', async () => {
  expect(new URL(open.opsUrl).port).not.toBe(new URL(open.url).port)
  expect((await fetch(`${open.opsUrl}/graphql?query={a}`)).status).toBe(404)
  expect(await (await fetch(`${open.opsUrl}/metrics`)).text()).toContain('gateway_operation_seconds')
})

test('a gateway whose operators’ port is taken does not start, and leaves nothing open', async () => {
  const taken = new URL(open.opsUrl).port
  await expect(startGateway(supergraphOf([people]), { OPS_PORT: taken })).rejects.toThrow(/EADDRINUSE/)
})
