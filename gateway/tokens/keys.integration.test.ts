import { setTimeout } from 'node:timers/promises'
import { errors } from 'jose'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { decodeCaller } from '#toolkit/trust/caller.ts'
import { CALLER_HEADER } from '#toolkit/trust/signature.ts'
import { type RunningGateway, startGateway, startPeople, supergraphOf } from '../testing/gateway.fixture.ts'
import type { StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { startTokenIssuer, type TokenIssuer, userId } from './issuer.fixture.ts'
import { fetchKeySet } from './key-set.ts'
import { createTokenKeys } from './keys.ts'

let people: StubSubgraph
let issuer: TokenIssuer
let gateway: RunningGateway

beforeAll(async () => {
  people = await startPeople()
})
afterAll(() => people?.close())
beforeEach(async () => {
  people.behave()
  issuer = await startTokenIssuer()
  return async () => {
    await gateway?.stop()
    await issuer.close()
  }
})

const start = async (env: Record<string, string> = { JWKS_URL: issuer.jwksUrl }) => {
  gateway = await startGateway(supergraphOf([people]), env)
}
const person = JSON.stringify({ query: '{ person(id: "1") { name } }' })
const ask = async (token: string) => {
  const response = await gateway.post(person, { authorization: `Bearer ${token}` })
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] }
  return errors?.[0] ? `${response.status} ${errors[0].extensions.code}` : response.status
}
/** Longer than the cooldown. */
const patience = { timeout: 5_000, interval: 100 }
const told = (msg: string) => expect.objectContaining({ level: 40, msg })

describe('keys', () => {
  test('are fetched once, before the first token', async () => {
    await start()
    await vi.waitFor(() => expect(issuer.fetches()).toBe(1))
    const token = await issuer.token()
    expect(await Promise.all([1, 2, 3].map(() => ask(token)))).toEqual([200, 200, 200])
    expect(issuer.fetches()).toBe(1)
  })

  test('that are new are fetched when a token names them', async () => {
    await start()
    const old = await issuer.token()
    expect(await ask(old)).toBe(200)
    const before = await issuer.rotate()
    issuer.published = { keys: [...issuer.published.keys, ...before.keys] }
    const token = await issuer.token()
    await vi.waitFor(async () => expect(await ask(token)).toBe(200), patience)
    expect(await ask(old)).toBe(200)
  })

  test('that are unknown do not cause a request to the issuer each time', async () => {
    await start()
    await vi.waitFor(() => expect(issuer.fetches()).toBe(1))
    const unknown = await issuer.token({}, { kid: 'of nobody' })
    for (let asked = 0; asked < 10; asked++) expect(await ask(unknown)).toBe('401 INVALID_TOKEN')
    expect(issuer.fetches()).toBeLessThanOrEqual(2)
  })

  test('stay in use while the issuer is down', async () => {
    await start()
    await vi.waitFor(() => expect(issuer.fetches()).toBe(1))
    issuer.down = true
    const token = await issuer.token()
    const unknown = await issuer.token({}, { kid: 'of nobody' })
    await vi.waitFor(async () => expect(await ask(unknown)).toBe('503 AUTHENTICATION_UNAVAILABLE'), patience)
    expect(gateway.logged).toContainEqual(told('no new token keys, the old ones stay in use'))
    expect(await ask(unknown)).toBe('503 AUTHENTICATION_UNAVAILABLE')
    expect(await ask(token)).toBe(200)
  })

  test('that the issuer could not publish while it was down do not make a token invalid', async () => {
    await start()
    await vi.waitFor(() => expect(issuer.fetches()).toBe(1))
    await issuer.rotate()
    issuer.down = true
    const token = await issuer.token()
    await vi.waitFor(async () => expect(await ask(token)).toBe('503 AUTHENTICATION_UNAVAILABLE'), patience)
    issuer.down = false
    await vi.waitFor(async () => expect(await ask(token)).toBe(200), patience)
  })

  test('that arrive slowly are waited for by all requests that need them', async () => {
    await start()
    await vi.waitFor(() => expect(issuer.fetches()).toBe(1))
    const unknown = await issuer.token({}, { kid: 'of nobody' })
    // Until the cooldown is over.
    await vi.waitFor(async () => {
      await ask(unknown)
      expect(issuer.fetches()).toBe(2)
    }, patience)
    await issuer.rotate()
    issuer.delayMs = 3_000
    const token = await issuer.token()
    const others: ReturnType<typeof ask>[] = []
    await vi.waitFor(async () => {
      others.push(ask(unknown))
      await setTimeout(50)
      expect(issuer.fetches()).toBe(3)
    }, patience)
    expect(await Promise.all([1, 2, 3].map(() => ask(token)))).toEqual([200, 200, 200])
    expect(new Set(await Promise.all(others))).toEqual(new Set(['401 INVALID_TOKEN']))
    expect(issuer.fetches()).toBeLessThanOrEqual(4)
  }, 20_000)

  test('without an id are tried one by one, and refreshed when none matches', async () => {
    const first = await issuer.token({}, { kid: undefined })
    const { keys } = await issuer.rotate()
    const second = await issuer.token({}, { kid: undefined })
    const nameless = [...keys, ...issuer.published.keys].map(({ kid: _, ...key }) => key)
    issuer.published = { keys: nameless }
    await start()
    expect(await Promise.all([first, second].map(ask))).toEqual([200, 200])
    await issuer.rotate()
    const third = await issuer.token({}, { kid: undefined })
    expect(await ask(`${first.slice(0, -8)}AAAAAAAA`)).toBe('401 INVALID_TOKEN')
    await vi.waitFor(async () => expect(await ask(third)).toBe(200), patience)
    issuer.down = true
    await issuer.rotate()
    const fourth = await issuer.token({}, { kid: undefined })
    await vi.waitFor(async () => expect(await ask(fourth)).toBe('503 AUTHENTICATION_UNAVAILABLE'), patience)
  }, 20_000)
})

test('a revoked key is not accepted after the next refresh', async () => {
  const log = pino({ level: 'silent' })
  const keys = createTokenKeys({ fetchKeySet: () => fetchKeySet(issuer.jwksUrl), log, refreshMs: 20, cooldownMs: 0 })
  keys.start()
  try {
    const { kid = '' } = issuer.published.keys[0] ?? {}
    const find = () => keys.find({ alg: 'EdDSA', kid }, { payload: '', signature: '' })
    expect(await find()).toMatchObject({ type: 'public' })
    issuer.published = { keys: [] }
    await vi.waitFor(() => expect(find()).rejects.toThrow(errors.JWKSNoMatchingKey), patience)
  } finally {
    keys.stop()
  }
})

test('until the first keys arrive, only requests without a token are served', async () => {
  issuer.down = true
  await start()
  const token = await issuer.token()
  expect(await ask(token)).toBe('503 AUTHENTICATION_UNAVAILABLE')
  expect((await gateway.post(person)).status).toBe(200)
  expect(await ask(token)).toBe('503 AUTHENTICATION_UNAVAILABLE')
  issuer.down = false
  expect(await ask(token)).toBe(200)
  expect(gateway.logged.filter(({ msg }) => /token keys/.test(String(msg)))).toEqual([
    told('no token keys, no access token can be verified'),
    expect.objectContaining({ level: 30, msg: 'token keys are available again' }),
  ])
})

test('a malformed key set is not accepted', async () => {
  issuer.published = { keys: 'none' } as never
  await start()
  expect(await ask(await issuer.token())).toBe('503 AUTHENTICATION_UNAVAILABLE')
})

describe('an issuer of OpenID Connect', () => {
  test('publishes the address of its keys, and its name is pinned', async () => {
    await start({ OIDC_ISSUER: issuer.url })
    const session = { sid: 'a session of its own' }
    expect(await ask(await issuer.token({ iss: issuer.url, ...session }))).toBe(200)
    const { caller } = decodeCaller(people.requests.at(-1)?.headers[CALLER_HEADER] as string)
    expect(caller).toEqual({ userId, roles: [], sessionId: null })
    expect(await ask(await issuer.token())).toBe('401 INVALID_TOKEN')
  })

  test('that has another name in its configuration is not trusted', async () => {
    issuer.name = 'https://another.example'
    await start({ OIDC_ISSUER: issuer.url })
    expect(await ask(await issuer.token({ iss: issuer.url }))).toBe('503 AUTHENTICATION_UNAVAILABLE')
    expect(JSON.stringify(gateway.logged)).toContain('is of the issuer')
  })
})
