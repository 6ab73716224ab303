import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningGateway } from '../testing/gateway.fixture.ts'
import { byId } from './manifest.fixture.ts'
import {
  count,
  error,
  get,
  name,
  named,
  post,
  rename,
  stale,
  startRegistered,
  variables,
} from './registered.fixture.ts'

let system: Awaited<ReturnType<typeof startRegistered>>
let off: RunningGateway
let prefer: RunningGateway
let enforce: RunningGateway

beforeAll(async () => {
  system = await startRegistered()
  ;[off, prefer, enforce] = await Promise.all([
    system.start({ PERSISTED_OPERATIONS: 'off', APQ_CACHE_BYTES: '0', PERSISTED_MANIFESTS: '/nowhere' }),
    system.start({}),
    system.start({ PERSISTED_OPERATIONS: 'enforce' }),
  ])
})
afterAll(() => system?.stop())
beforeEach(() => system.people.behave())

describe.each([
  ['prefer', () => prefer],
  ['enforce', () => enforce],
])('where operations are registered (%s), one', (_mode, gateway) => {
  test('is served by its id, without its body', async () => {
    const before = await count(gateway(), 'registered')
    expect(await post(gateway(), { ...byId(name), variables })).toEqual({ status: 200, reply: named })
    expect(await count(gateway(), 'registered')).toBe(before + 1)
  })

  test('is served by its body, with or without the id', async () => {
    const before = await count(gateway(), 'registered')
    expect(await post(gateway(), { query: name, variables })).toEqual({ status: 200, reply: named })
    expect(await post(gateway(), { query: name, ...byId(name), variables })).toEqual({ status: 200, reply: named })
    expect(await count(gateway(), 'registered')).toBe(before + 2)
  })

  test('is served by GET, unless a page of another site could have made the request', async () => {
    expect(await get(gateway(), { ...byId(name), variables })).toEqual({ status: 200, reply: named })
    expect(await get(gateway(), { ...byId(name), variables }, {})).toEqual({
      status: 400,
      reply: error('BAD_REQUEST', expect.stringMatching(/CSRF/)),
    })
  })

  test('that is a mutation is not served by GET', async () => {
    expect(await post(gateway(), byId(rename))).toEqual({ status: 200, reply: { data: { rename: { name: 'Ada' } } } })
    system.people.behave()
    expect(await get(gateway(), byId(rename))).toMatchObject({ status: 405 })
    expect(system.people.requests).toEqual([])
  })

  test('that is invalid, or lacks its variables, gets the usual error', async () => {
    expect(await post(gateway(), byId(stale))).toEqual({
      status: 400,
      reply: { errors: [expect.objectContaining({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })] },
    })
    expect(await post(gateway(), byId(name))).toMatchObject({
      reply: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    })
  })

  test('is distinguished from others of its document by its name', async () => {
    const asked = { ...byId(name), variables }
    expect(await post(gateway(), { ...asked, operationName: 'Name' })).toEqual({ status: 200, reply: named })
    expect(await post(gateway(), { ...asked, operationName: 'Rename' })).toEqual({
      status: 400,
      reply: error('OPERATION_RESOLUTION_FAILURE'),
    })
  })
})

describe('where nothing is registered', () => {
  test('ids are unknown, and the manifest need not exist', async () => {
    expect(await post(off, { ...byId(name), variables })).toEqual({
      status: 200,
      reply: error('PERSISTED_QUERY_NOT_SUPPORTED'),
    })
    const before = await count(off, 'free')
    expect(await post(off, { query: name, variables })).toEqual({ status: 200, reply: named })
    expect(await count(off, 'free')).toBe(before + 1)
  })
})
