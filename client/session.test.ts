import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ada, bob, browser, MINUTES } from './browser.fixture.ts'
import { consistentFetch } from './consistency.ts'
import { browserSession } from './session.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-01T00:00:00Z') }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const passes = (ms: number) => vi.setSystemTime(Date.now() + ms)
const mutation = {
  method: 'POST',
  body: JSON.stringify({ query: 'mutation { it }', variables: { idempotencyKey: 'k' } }),
}

test('a page on which nobody is signed in asks for no session', async () => {
  const { tab, paths, gateway } = browser()
  gateway.valid = false
  expect((await tab().fetch('/graphql', mutation)).status).toBe(401)
  expect(paths()).toEqual(['POST /graphql'])
})

test('signing in answers the user, and requests go out as they are until the token is about to end', async () => {
  const { tab, sent, paths } = browser()
  const { signIn, fetch } = tab()
  expect(await signIn('ada@example.org', 'ink that dries')).toMatchObject({ user: ada, errors: [] })
  expect(sent[0]).toMatchObject({ path: '/session', body: { email: 'ada@example.org', password: 'ink that dries' } })
  expect(sent[0]?.headers.get('content-type')).toBe('application/json')
  passes(14 * MINUTES)
  await fetch('/graphql', mutation)
  passes(31_000)
  await fetch('/graphql', mutation)
  await fetch('/graphql', mutation)
  expect(paths().slice(1)).toEqual(['POST /graphql', 'POST /session/refresh', 'POST /graphql', 'POST /graphql'])
  expect(sent[2]).toMatchObject({ body: undefined })
})

test('a session that createUser opened is taken over by its refresh token, which is kept nowhere', async () => {
  const { tab, sent, stored } = browser()
  const { takeOver, fetch } = tab()
  expect(await takeOver('secret')).toMatchObject({ user: ada })
  expect(sent[0]).toMatchObject({ method: 'POST', path: '/session', body: { refreshToken: 'secret' } })
  await fetch('/graphql', mutation)
  expect(sent).toHaveLength(2)
  expect(JSON.stringify([...stored])).not.toContain('secret')
})

test('a rejection is data, and changes nothing', async () => {
  const { tab, gateway, stored } = browser()
  gateway.refuses = { status: 200, code: 'INVALID_CREDENTIALS' }
  const changes: unknown[] = []
  const { signIn } = tab((user) => changes.push(user))
  expect(await signIn('ada@example.org', 'a guess')).toMatchObject({ errors: [{ code: 'INVALID_CREDENTIALS' }] })
  expect([changes, stored.size]).toEqual([[], 0])
})

test.each([-60, 60])('a clock that differs by %i minutes changes nothing', async (minutes) => {
  const { tab, gateway, paths } = browser()
  gateway.ahead = minutes * MINUTES
  const { signIn, fetch } = tab()
  await signIn('ada@example.org', 'ink that dries')
  passes(14 * MINUTES)
  await fetch('/graphql', mutation)
  passes(MINUTES)
  await fetch('/graphql', mutation)
  expect(paths().slice(1)).toEqual(['POST /graphql', 'POST /session/refresh', 'POST /graphql'])
})

test.each(['before the token ends', 'when it is not known when it ends', 'after INVALID_TOKEN'])(
  'twelve tabs refresh once: %s',
  async (when) => {
    const { tab, gateway, stored, paths } = browser()
    const tabs = Array.from({ length: 12 }, () => tab())
    await tabs[0]?.signIn('ada@example.org', 'ink that dries')
    if (when === 'after INVALID_TOKEN') gateway.valid = false
    else if (when === 'before the token ends') passes(15 * MINUTES - 1_000)
    else stored.clear()
    const replies = await Promise.all(tabs.map(({ fetch }) => fetch('/graphql', mutation)))
    expect(replies.map(({ status }) => status)).toEqual(Array(12).fill(200))
    expect(paths().filter((path) => path.endsWith('refresh'))).toHaveLength(1)
  },
)

test.each(['init', 'Request'])('what failed with INVALID_TOKEN is repeated once with the same body: %s', async (as) => {
  const { tab, gateway, sent } = browser()
  const { signIn, fetch } = tab()
  await signIn('ada@example.org', 'ink that dries')
  gateway.valid = false
  const reply = await (as === 'init'
    ? fetch('/graphql', mutation)
    : fetch(new Request('http://blog.test/graphql', mutation)))
  expect(await reply.json()).toEqual({ data: { it: true } })
  expect(sent.slice(1).map(({ path, body }) => [path, body])).toEqual([
    ['/graphql', JSON.parse(mutation.body)],
    ['/session/refresh', undefined],
    ['/graphql', JSON.parse(mutation.body)],
  ])
})

test('a token that is refused again is not refreshed again, and the reply can be read', async () => {
  const { tab, gateway, fetch: send, paths } = browser()
  const { signIn } = tab()
  await signIn('ada@example.org', 'ink that dries')
  const { fetch } = browserSession({
    fetch: async (input, init) => {
      gateway.valid = gateway.valid && input !== '/graphql'
      return send(input, init)
    },
  })
  const reply = await fetch('/graphql', mutation)
  expect([reply.status, await reply.json()]).toEqual([401, { errors: [expect.anything()] }])
  expect(paths()).toEqual(['POST /session', 'POST /graphql', 'POST /session/refresh', 'POST /graphql'])
})

test('a request of a user is not repeated as another who signed in meanwhile', async () => {
  const { tab, gateway, paths } = browser()
  const [one, other] = [tab(), tab()]
  await one.signIn('ada@example.org', 'ink that dries')
  gateway.valid = false
  const reply = one.fetch('/graphql', mutation)
  gateway.user = bob
  await other.signIn('bob@example.org', 'ink that dries')
  expect(await (await reply).json()).toMatchObject({ errors: [{ extensions: { code: 'INVALID_TOKEN' } }] })
  expect(paths()).toEqual(['POST /session', 'POST /graphql', 'POST /session'])
})

test('a request of a user is not sent as another who signed in while it waited for a token', async () => {
  const { tab, gateway, paths } = browser()
  const [one, other] = [tab(), tab()]
  await one.signIn('ada@example.org', 'ink that dries')
  passes(15 * MINUTES - 1_000)
  gateway.user = bob
  const signIn = other.signIn('bob@example.org', 'ink that dries')
  await expect(one.fetch('/graphql', mutation)).rejects.toThrow('Another user has signed in')
  await signIn
  expect(paths()).toEqual(['POST /session', 'POST /session'])
})

test('a session that has ended is reported in every tab, and requests are nobody’s from then on', async () => {
  const { tab, gateway, stored, paths } = browser()
  const changes: unknown[] = []
  const [one] = [tab((user) => changes.push(['one', user])), tab((user) => changes.push(['other', user]))]
  await one.signIn('ada@example.org', 'ink that dries')
  await vi.waitFor(() => expect(changes).toHaveLength(2))
  gateway.valid = false
  gateway.refuses = { status: 200, code: 'INVALID_SESSION' }
  expect((await one.fetch('/graphql', mutation)).status).toBe(401)
  await vi.waitFor(() =>
    expect(changes.slice(2)).toEqual([
      ['one', null],
      ['other', null],
    ]),
  )
  gateway.valid = true
  await one.fetch('/graphql', mutation)
  expect(paths().slice(1)).toEqual(['POST /graphql', 'POST /session/refresh', 'POST /graphql'])
  expect(stored.size).toBe(0)
})

test.each([
  ['still good', 14.9 * MINUTES, 200, ['POST /session/refresh', 'POST /graphql']],
  ['not good any more', 16 * MINUTES, 503, ['POST /session/refresh']],
])('when users is down, a token that is %s', async (_, after, status, asked) => {
  const { tab, gateway, paths } = browser()
  const { signIn, fetch } = tab()
  await signIn('ada@example.org', 'ink that dries')
  passes(after)
  gateway.refuses = { status: 503, code: 'SUBGRAPH_UNAVAILABLE' }
  const reply = await fetch('/graphql', mutation)
  expect([reply.status, paths().slice(1)]).toEqual([status, asked])
  expect(await reply.json()).toBeTruthy()
  // It is tried again, with the same session.
  gateway.refuses = undefined
  expect((await fetch('/graphql', mutation)).status).toBe(200)
  expect(paths().slice(-2)).toEqual(['POST /session/refresh', 'POST /graphql'])
})

test('without the gateway it rejects as fetch does, and sends nothing as nobody', async () => {
  const { tab, fetch: send, paths } = browser()
  await tab().signIn('ada@example.org', 'ink that dries')
  const away = (path: string) =>
    browserSession({
      fetch: (input, init) => (input === path ? Promise.reject(new TypeError('fetch failed')) : send(input, init)),
    })
  await expect(away('/graphql').fetch('/graphql', mutation)).rejects.toThrow('fetch failed')
  passes(14.9 * MINUTES)
  expect((await away('/session/refresh').fetch('/graphql', mutation)).status).toBe(200)
  passes(MINUTES)
  await expect(away('/session/refresh').fetch('/graphql', mutation)).rejects.toThrow('fetch failed')
  expect(paths()).toEqual(['POST /session', 'POST /graphql'])
})

test('twelve tabs of a session that has ended ask once', async () => {
  const { tab, gateway, stored, paths } = browser()
  const tabs = Array.from({ length: 12 }, () => tab())
  await tabs[0]?.signIn('ada@example.org', 'ink that dries')
  stored.clear()
  gateway.refuses = { status: 200, code: 'INVALID_SESSION' }
  await Promise.all(tabs.map(({ fetch }) => fetch('/graphql', mutation)))
  expect(paths().filter((path) => path.endsWith('refresh'))).toHaveLength(1)
})

test('signing in and out reaches the other tabs, also when the session itself could not be ended', async () => {
  const { tab, gateway, paths } = browser()
  const [heard, own]: [unknown[], unknown[]] = [[], []]
  const one = tab((user) => own.push(user))
  const other = tab((user) => heard.push(user))
  await one.signIn('ada@example.org', 'ink that dries')
  gateway.refuses = { status: 503, code: 'SUBGRAPH_UNAVAILABLE' }
  expect(await one.signOut()).toMatchObject({ errors: [{ code: 'SUBGRAPH_UNAVAILABLE' }] })
  await vi.waitFor(() => expect(heard).toEqual([ada, null]))
  expect(own).toEqual([ada, null])
  await other.fetch('/graphql', mutation)
  expect(paths()).toEqual(['POST /session', 'DELETE /session', 'POST /graphql'])
})

test.each([
  ['has no storage', undefined],
  [
    'may read its storage only',
    {
      getItem: () => null,
      setItem() {
        throw new Error('the quota is exceeded')
      },
    },
  ],
])('where a page %s, it remembers for itself', async (_, localStorage) => {
  const { tab, paths } = browser()
  vi.stubGlobal('localStorage', localStorage)
  const { signIn, fetch } = tab()
  await signIn('ada@example.org', 'ink that dries')
  await fetch('/graphql', mutation)
  expect(paths()).toEqual(['POST /session', 'POST /graphql'])
})

test('with consistentFetch, what is repeated carries its tokens too', async () => {
  const { gateway, sent, fetch: send } = browser()
  const fetch: typeof send = async (input, init) => {
    const response = await send(input, init)
    response.headers.set('consistency-token', `T${sent.length}`)
    return response
  }
  const session = browserSession({ fetch: consistentFetch(fetch) })
  await session.signIn('ada@example.org', 'ink that dries')
  gateway.valid = false
  expect((await session.fetch('/graphql', mutation)).status).toBe(200)
  expect(sent.map(({ headers }) => headers.get('consistency-token'))).toEqual([null, 'T1', 'T2', 'T3'])
})

test('it is small: less than 2 kB of minified code', async () => {
  const { minify, transformWithOxc } = await import('vite')
  const file = join(import.meta.dirname, 'session.ts')
  const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file)
  const minified = await minify(file, code, { module: true })
  expect(minified.errors).toEqual([])
  expect(Buffer.byteLength(minified.code)).toBeLessThan(2_000)
})
