import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { consistentFetch } from '#client/consistency.ts'
import { browserSession } from '#client/session.ts'
import { decodeCaller } from '#toolkit/trust/caller.ts'
import { CALLER_HEADER } from '#toolkit/trust/signature.ts'
import { setCookiesOf, startUsers } from '../../gateway/sessions/users.fixture.ts'
import { type RunningGateway, startGateway, supergraphOf } from '../../gateway/testing/gateway.fixture.ts'
import type { StubSubgraph } from '../../gateway/testing/stub-subgraph.fixture.ts'
import { startTokenIssuer, type TokenIssuer, userId } from '../../gateway/tokens/issuer.fixture.ts'

/** client/session.ts against the real gateway, from the tabs of a browser. */
let issuer: TokenIssuer
let users: StubSubgraph
let gateway: RunningGateway
beforeAll(async () => {
  issuer = await startTokenIssuer()
  users = await startUsers(issuer)
  gateway = await startGateway(supergraphOf([users]), { JWKS_URL: issuer.jwksUrl })
})
afterAll(() => Promise.all([gateway?.stop(), users?.close(), issuer?.close()]))
beforeEach(() => users.behave())
afterEach(() => vi.unstubAllGlobals())

/** Keeps cookies as a browser does, for pages of the gateway's own origin. */
function browser() {
  const cookies = new Map<string, { readonly value: string; readonly attributes: string }>()
  const pairs = (which: (attributes: string) => boolean) =>
    [...cookies].flatMap(([name, { value, attributes }]) => (which(attributes) ? [`${name}=${value}`] : [])).join('; ')
  vi.stubGlobal('document', {
    get cookie() {
      return pairs((attributes) => !/httponly/i.test(attributes))
    },
  })
  const stored = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  })
  const { fetch: send } = globalThis
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, gateway.url)
    const headers = new Headers(init?.headers)
    headers.set('sec-fetch-site', 'same-origin')
    headers.set(
      'cookie',
      pairs((attributes) => url.pathname.startsWith(/path=([^;]*)/i.exec(attributes)?.[1] ?? '/')),
    )
    const reply = await send(url, { ...init, headers })
    for (const { name, value, attributes } of setCookiesOf(reply))
      if (/max-age=0(;|$)/i.test(attributes)) cookies.delete(name)
      else cookies.set(name, { value, attributes })
    return reply
  }
  /** Puts another value into a cookie, as if the token were not good any more. */
  const spoil = (name: string) => cookies.set(name, { value: 'x', attributes: cookies.get(name)?.attributes ?? '' })
  const tab = (onChange?: (user: unknown) => void) =>
    browserSession({ fetch: consistentFetch(fetch), ...(onChange && { onChange }) })
  return { cookies, spoil, tab }
}

const viewer = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: '{ viewer { username } }' }),
}
const callers = () =>
  users.requests.map(({ headers }) => decodeCaller(headers[CALLER_HEADER] as string | undefined).caller?.userId)
const refreshes = () => users.requests.filter(({ query }) => query.includes('refreshSession'))

test('a page signs in, is who it is, and signs out', async () => {
  const { cookies, tab } = browser()
  const { signIn, signOut, fetch } = tab()
  expect(await signIn('ada@example.org', 'a guess')).toMatchObject({ errors: [{ code: 'INVALID_CREDENTIALS' }] })
  expect(await signIn('ada@example.org', 'ink that dries')).toMatchObject({ user: { username: 'ada' }, errors: [] })
  await fetch('/graphql', viewer)
  expect(callers().at(-1)).toBe(userId)
  expect(await signOut()).toMatchObject({ errors: [] })
  expect([...cookies.keys()].filter((name) => name.startsWith('inkstream'))).toEqual([])
  await fetch('/graphql', viewer)
  expect(callers().at(-1)).toBeUndefined()
})

test('a session that createUser opened is taken over', async () => {
  const { tab } = browser()
  const { takeOver, fetch } = tab()
  expect(await takeOver('refresh-1')).toMatchObject({ user: { username: 'ada' }, errors: [] })
  await fetch('/graphql', viewer)
  expect(callers().at(-1)).toBe(userId)
})

test('of twelve tabs with a token that is refused, one refreshes, and all are answered', async () => {
  const { spoil, tab } = browser()
  const tabs = Array.from({ length: 12 }, () => tab())
  await tabs[0]?.signIn('ada@example.org', 'ink that dries')
  spoil('inkstream_access')
  const replies = await Promise.all(tabs.map(({ fetch }) => fetch('/graphql', viewer)))
  expect(replies.map(({ status }) => status)).toEqual(Array(12).fill(200))
  expect(refreshes()).toHaveLength(1)
  expect(callers().slice(-12)).toEqual(Array(12).fill(userId))
})

test('a session that has ended is reported, and its cookies are gone', async () => {
  const { cookies, spoil, tab } = browser()
  const changes: unknown[] = []
  const { signIn, fetch } = tab((user) => changes.push(user))
  await signIn('ada@example.org', 'ink that dries')
  spoil('inkstream_access')
  spoil('inkstream_refresh')
  expect((await fetch('/graphql', viewer)).status).toBe(401)
  expect(changes).toEqual([expect.objectContaining({ username: 'ada' }), null])
  expect([...cookies.keys()].filter((name) => name.startsWith('inkstream'))).toEqual([])
})
