import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningGateway } from '../testing/gateway.fixture.ts'
import { byId } from './manifest.fixture.ts'
import { count, error, free, get, name, post, startRegistered, variables } from './registered.fixture.ts'

let system: Awaited<ReturnType<typeof startRegistered>>
let enforce: RunningGateway

beforeAll(async () => {
  system = await startRegistered()
  enforce = await system.start({ PERSISTED_OPERATIONS: 'enforce' })
})
afterAll(() => system?.stop())
beforeEach(() => system.people.behave())

describe('where registered operations are enforced', () => {
  test.each<[string, object]>([
    ['a query', { query: free }],
    ['one that differs from a registered one by a space', { query: ` ${name}`, variables }],
    ['one that is registered, and another', { query: `${name} query B { broken }`, operationName: 'Name', variables }],
    ['introspection', { query: '{ __schema { queryType { name } } }' }],
    ['only __typename', { query: '{ __typename }' }],
    ['text that is not GraphQL', { query: '{ person(' }],
    ['nothing', { query: '' }],
    ['no query', { variables }],
    ['an unknown id', byId(free)],
    ['an id with the body of another', { query: free, ...byId(name) }],
    ['a registered body with the id of another', { query: name, ...byId(free), variables }],
    ['a registered body with no id', { query: name, variables, extensions: { persistedQuery: { version: 1 } } }],
    ['a query that is to be persisted', { query: free, ...byId(free) }],
  ])('%s is refused with advice, and is neither parsed nor counted', async (_what, body) => {
    const before = await count(enforce, 'free')
    const refusals = (await enforce.metric('gateway_errors_total', { code: 'PERSISTED_OPERATION_REQUIRED' })) ?? 0
    expect(await post(enforce, body)).toEqual({
      status: 400,
      reply: error('PERSISTED_OPERATION_REQUIRED', expect.stringMatching(/sha256Hash.*contracts\/operations/)),
    })
    expect(system.people.requests).toEqual([])
    expect(await count(enforce, 'free')).toBe(before)
    expect(await enforce.metric('gateway_errors_total', { code: 'PERSISTED_OPERATION_REQUIRED' })).toBe(refusals + 1)
  })

  test('a query by GET is refused', async () => {
    expect(await get(enforce, { query: free })).toEqual({ status: 400, reply: error('PERSISTED_OPERATION_REQUIRED') })
  })

  test('a query that was sent with its hash cannot run by its hash later', async () => {
    await post(enforce, { query: free, ...byId(free) })
    expect(await post(enforce, byId(free))).toEqual({ status: 400, reply: error('PERSISTED_OPERATION_REQUIRED') })
  })

  test('a batch is refused, even with registered operations', async () => {
    expect(await post(enforce, [{ ...byId(name), variables }, { query: free }])).toMatchObject({
      status: 400,
      reply: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    })
    expect(system.people.requests).toEqual([])
  })
})
