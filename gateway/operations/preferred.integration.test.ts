import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningGateway } from '../testing/gateway.fixture.ts'
import { byId } from './manifest.fixture.ts'
import { count, error, free, name, post, startRegistered, variables } from './registered.fixture.ts'

let system: Awaited<ReturnType<typeof startRegistered>>
let prefer: RunningGateway

beforeAll(async () => {
  system = await startRegistered()
  prefer = await system.start({ PERSISTED_OPERATIONS: 'prefer' })
})
afterAll(() => system?.stop())
beforeEach(() => system.people.behave())

describe('where registered operations are preferred', () => {
  test('any other operation runs too, and is counted as free', async () => {
    const before = await count(prefer, 'free')
    expect(await post(prefer, { query: free })).toEqual({ status: 200, reply: { data: { person: { age: 31 } } } })
    expect(await count(prefer, 'free')).toBe(before + 1)
  })

  test('the reply to an unknown id asks for the query', async () => {
    expect(await post(prefer, byId('query Unknown { broken }'))).toEqual({
      status: 200,
      reply: error('PERSISTED_QUERY_NOT_FOUND'),
    })
  })

  test('an id with another operation’s body is refused, and not counted', async () => {
    const before = await count(prefer, 'registered')
    expect(await post(prefer, { query: free, ...byId(name) })).toEqual({
      status: 400,
      reply: error('BAD_REQUEST', expect.stringMatching(/not the SHA-256 of the `query`/)),
    })
    expect(system.people.requests).toEqual([])
    expect(await count(prefer, 'registered')).toBe(before)
  })

  test.each([
    ['another version', { version: 2, sha256Hash: 'a'.repeat(64) }],
    ['no hash', { version: 1 }],
    ['a hash of another kind', { version: 1, sha256Hash: 'MD5' }],
    ['no object', 'x'],
  ])('an id of %s is refused, whatever comes with it', async (_what, persistedQuery) => {
    for (const query of [undefined, name])
      expect(await post(prefer, { query, variables, extensions: { persistedQuery } })).toEqual({
        status: 400,
        reply: error('BAD_REQUEST', expect.stringMatching(/^`extensions.persistedQuery` must be/)),
      })
    expect(system.people.requests).toEqual([])
  })

  test('a null id counts as no id', async () => {
    expect(await post(prefer, { query: free, extensions: { persistedQuery: null } })).toEqual({
      status: 200,
      reply: { data: { person: { age: 31 } } },
    })
  })

  test('an operation that does not run is not counted', async () => {
    const before = await count(prefer, 'free')
    await post(prefer, { query: '{ nobody }' })
    await post(prefer, { query: 'query A { broken } query B { broken }' })
    expect(await count(prefer, 'free')).toBe(before)
  })
})
