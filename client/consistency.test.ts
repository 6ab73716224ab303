import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { consistentFetch } from './consistency.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A gateway whose test decides when it answers. */
function gateway() {
  const requests: {
    /** What the request carried. */
    readonly tokens: readonly string[]
    readonly input: string | URL | Request
    readonly init: RequestInit | undefined
    answer(token?: string): void
    fail(error: Error): void
  }[] = []
  const send = (input: string | URL | Request, init?: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      const header = new Headers(init?.headers).get('consistency-token')
      requests.push({
        tokens: header?.split(', ') ?? [],
        input,
        init,
        answer: (token) => resolve(new Response('{}', token ? { headers: { 'consistency-token': token } } : {})),
        fail: reject,
      })
    })
  return { requests, fetch: consistentFetch(send as typeof fetch) }
}

/** Lets everything happen that needs no answer. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('the first request goes out as it was made', async () => {
  const { requests, fetch } = gateway()
  const init = { method: 'POST', body: '{}' }
  const reply = fetch('/graphql', init)
  requests[0]?.answer()
  expect((await reply).status).toBe(200)
  expect(requests[0]).toMatchObject({ input: '/graphql', tokens: [] })
  expect(requests[0]?.init).toBe(init)
})

test('a request carries the token of the reply before, and keeps its own headers', async () => {
  const { requests, fetch } = gateway()
  const first = fetch('/graphql')
  requests[0]?.answer('A')
  await first
  const second = fetch('/graphql', { method: 'POST', headers: { authorization: 'Bearer x' }, body: '{}' })
  expect(requests[1]?.tokens).toEqual(['A'])
  expect(requests[1]?.init).toMatchObject({ method: 'POST', body: '{}' })
  expect(new Headers(requests[1]?.init?.headers).get('authorization')).toBe('Bearer x')
  requests[1]?.answer()
  await second
})

test('tokens that the caller adds, as from a link, go beside its own', async () => {
  const { requests, fetch } = gateway()
  const first = fetch('/graphql')
  requests[0]?.answer('A')
  await first
  void fetch('/graphql', { headers: { 'consistency-token': 'L' } })
  expect(requests[1]?.tokens).toEqual(['L', 'A'])
})

test('a reply’s token takes the place of those of its request; tokens that came meanwhile stay', async () => {
  const { requests, fetch } = gateway()
  const first = fetch('/graphql')
  requests[0]?.answer('A')
  await first
  const both = [fetch('/graphql'), fetch('/graphql')]
  expect(requests.slice(1).map(({ tokens }) => tokens)).toEqual([['A'], ['A']])
  requests[2]?.answer('AC')
  await both[1]
  requests[1]?.answer('AB')
  await both[0]
  void fetch('/graphql')
  expect(requests[3]?.tokens).toEqual(['AC', 'AB'])
})

test('a reply without a token changes nothing, and neither does a failed request', async () => {
  const { requests, fetch } = gateway()
  const first = fetch('/graphql')
  requests[0]?.answer('A')
  await first
  const failed = fetch('/graphql')
  requests[1]?.fail(new TypeError('fetch failed'))
  await expect(failed).rejects.toThrow('fetch failed')
  const read = fetch('/graphql')
  requests[2]?.answer()
  await read
  void fetch('/graphql')
  expect(requests[3]?.tokens).toEqual(['A'])
})

test('a token is kept for ten minutes', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const { requests, fetch } = gateway()
  const first = fetch('/graphql')
  requests[0]?.answer('A')
  await first
  vi.setSystemTime(Date.now() + 599_999)
  void fetch('/graphql')
  expect(requests[1]?.tokens).toEqual(['A'])
  vi.setSystemTime(Date.now() + 1)
  void fetch('/graphql')
  expect(requests[2]?.tokens).toEqual([])
})

test('of twenty concurrent writers none is lost, and no request has more than eight tokens', async () => {
  const { requests, fetch } = gateway()
  const replies = Array.from({ length: 20 }, () => fetch('/graphql'))
  for (let answered = 0; answered < 20; answered++) {
    expect(requests.length).toBeGreaterThan(answered)
    const { tokens, answer } = requests[answered] ?? expect.fail()
    expect(tokens.length).toBeLessThanOrEqual(8)
    // As the gateway does it: everything of the request, and what was written.
    answer([...new Set(tokens.flatMap((token) => token.split('.'))), answered].join('.'))
    await settled()
  }
  await Promise.all(replies)
  void fetch('/graphql')
  const kept = new Set(requests[20]?.tokens.flatMap((token) => token.split('.')))
  expect(kept.size).toBe(20)
})

test('long tokens are never more than 4 kB in a request', async () => {
  const { requests, fetch } = gateway()
  const replies = Array.from({ length: 12 }, () => fetch('/graphql'))
  for (let answered = 0; answered < 12; answered++) {
    const { tokens, answer } = requests[answered] ?? expect.fail()
    expect(tokens.join(', ').length).toBeLessThanOrEqual(4_096)
    answer(`${answered}`.padEnd(Math.min(1_200, tokens.join('').length + 120), 'x'))
    await settled()
  }
  await Promise.all(replies)
  void fetch('/graphql')
  expect(requests[12]?.tokens.join(', ').length).toBeLessThanOrEqual(4_096)
})

test('if replies brought more than 4 kB all the same, the oldest tokens are left out, and the request says so', async () => {
  const { requests, fetch } = gateway()
  const replies = Array.from({ length: 5 }, () => fetch('/graphql'))
  for (const [n, { answer }] of [...requests].entries()) answer(`${n}`.padEnd(1_000, 'x'))
  await Promise.all(replies)
  const read = fetch('/graphql')
  expect(requests[5]?.tokens.map((token) => token.slice(0, 8))).toEqual([
    '2xxxxxxx',
    '3xxxxxxx',
    '4xxxxxxx',
    'left_out',
  ])
  requests[5]?.answer()
  await read
  const written = fetch('/graphql')
  expect(requests[6]?.tokens).toContain('left_out')
  requests[6]?.answer('new')
  await written
  void fetch('/graphql')
  expect(requests[7]?.tokens).toEqual(['new'])
})

test('a Request object works, with its headers, its signal and its body', async () => {
  const { requests, fetch } = gateway()
  const first = fetch('/graphql')
  requests[0]?.answer('A')
  await first
  const controller = new AbortController()
  const request = new Request('http://gateway.test/graphql', {
    method: 'POST',
    headers: { authorization: 'Bearer x' },
    body: '{"query":"{ a }"}',
    signal: controller.signal,
  })
  void fetch(request)
  const sent = new Request(requests[1]?.input ?? '', requests[1]?.init)
  expect(Object.fromEntries(sent.headers)).toMatchObject({ authorization: 'Bearer x', 'consistency-token': 'A' })
  expect(await sent.text()).toBe('{"query":"{ a }"}')
  controller.abort()
  expect(sent.signal.aborted).toBe(true)
})

test.each(['init', 'Request'])(
  'a request that waits for others can be aborted, by the signal of its %s',
  async (where) => {
    const { requests, fetch } = gateway()
    for (let n = 0; n < 8; n++) void fetch('/graphql')
    const controller = new AbortController()
    const { signal } = controller
    const waits =
      where === 'init' ? fetch('/graphql', { signal }) : fetch(new Request('http://gateway.test/', { signal }))
    await settled()
    controller.abort(new Error('not wanted any more'))
    await expect(waits).rejects.toThrow('not wanted any more')
    expect(requests).toHaveLength(8)
    const next = fetch('/graphql')
    requests[0]?.answer()
    await settled()
    expect(requests).toHaveLength(9)
    requests[8]?.answer()
    await next
  },
)

test('a request that was aborted before is not sent', async () => {
  const { requests, fetch } = gateway()
  await expect(fetch('/graphql', { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  expect(requests).toHaveLength(0)
})

test('the global fetch is used by default, as it is at the time of the request', async () => {
  const fetch = consistentFetch()
  vi.stubGlobal('fetch', async () => new Response('patched'))
  expect(await (await fetch('http://gateway.test/')).text()).toBe('patched')
})

test('it is small: less than 1.5 kB of minified code', async () => {
  const { minify, transformWithOxc } = await import('vite')
  const file = join(import.meta.dirname, 'consistency.ts')
  const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file)
  const minified = await minify(file, code, { module: true })
  expect(minified.errors).toEqual([])
  expect(Buffer.byteLength(minified.code)).toBeLessThan(1_500)
})
