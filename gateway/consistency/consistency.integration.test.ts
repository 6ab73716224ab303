import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  type RunningGateway,
  secret,
  startGateway,
  startPeople,
  startWritings,
  supergraphOf,
} from '../testing/gateway.fixture.ts'
import { breakConnection, type StubSubgraph } from '../testing/stub-subgraph.fixture.ts'
import { askedOf, person, report, writes } from './stub.fixture.ts'
import { createConsistencyTokens } from './token.ts'

const rename = 'mutation { rename(id: "1", name: "Ada") { name } }'
const read = '{ person(id: "1") { name } }'
/** A fetch from writings, then one from people. */
const page = '{ writings { title author { name age } } }'

let people: StubSubgraph
let writings: StubSubgraph
let gateway: RunningGateway
beforeAll(async () => {
  ;[people, writings] = await Promise.all([startPeople(), startWritings()])
  gateway = await startGateway(supergraphOf([people, writings]))
})
afterAll(() => Promise.all([gateway?.stop(), people?.close(), writings?.close()]))
beforeEach(() => writes(people))
afterEach(() => {
  people.behave()
  writings.behave()
})

const now = () => Math.floor(Date.now() / 1_000)
const { make } = createConsistencyTokens([secret])
const tokenOf = (id: number, at = now()) => make({ entries: [{ entry: person(id), at }], incompleteUntil: 0 }, at)
const ask = (query: string, token?: string) => gateway.ask(query, {}, token ? { 'consistency-token': token } : {})

describe('what a mutation wrote', () => {
  test('comes as a token, which its subgraph was asked to report', async () => {
    const response = await gateway.post(JSON.stringify({ query: rename }))
    const { data, extensions } = (await response.json()) as { data: unknown; extensions: Record<string, unknown> }
    expect(data).toEqual({ rename: { name: 'Ada' } })
    const token = response.headers.get('consistency-token')
    expect(extensions).toEqual({ consistency: { token, expiresIn: 600 } })
    expect(askedOf(people.requests[0])).toEqual({ require: [], waitMs: 1_000 })
  })

  test('is required of a query that brings the token, whichever service answers', async () => {
    const { token } = (await ask(rename)).extensions.consistency
    expect(await ask(page, token)).toMatchObject({ extensions: { consistency: { fresh: true } } })
    for (const service of [people, writings])
      expect(askedOf(service.requests.at(-1))).toEqual({ require: [person(1)], waitMs: 1_000 })
  })

  test('is required of the later fetches of the same operation', async () => {
    report(writings, () => ({ wrote: [person(7)] }))
    await ask('mutation { write(title: "On ink") { title author { age } } }')
    expect(askedOf(writings.requests[0])?.require).toEqual([])
    expect(askedOf(people.requests[0])?.require).toEqual([person(7)])
  })

  test('is in the next token together with what the request had to see', async () => {
    const first = (await ask(rename)).extensions.consistency
    const second = (await ask(rename, first.token)).extensions.consistency
    await ask(read, second.token)
    expect(askedOf(people.requests.at(-1))?.require).toEqual(expect.arrayContaining([person(1), person(2)]))
  })
})

test('a query without a token sends nothing, and its answer says nothing', async () => {
  expect(await ask(read)).toEqual({ data: { person: { name: 'Person 1' } } })
  expect(people.requests[0]?.extensions).toBeUndefined()
})

test('a token in a GET request counts as well', async () => {
  const url = `${gateway.url}/graphql?query=${encodeURIComponent(read)}`
  const headers = { 'consistency-token': tokenOf(3), 'apollo-require-preflight': '1' }
  expect(await (await fetch(url, { headers })).json()).toMatchObject({ extensions: { consistency: { fresh: true } } })
  expect(askedOf(people.requests[0])?.require).toEqual([person(3)])
})

test('an operation that is refused says nothing', async () => {
  const reply = await ask('{ nobody }', tokenOf(1))
  expect(reply).not.toHaveProperty('extensions')
  expect(reply.errors).toHaveLength(1)
})

describe('an answer that lacks something says so', () => {
  test('with the service, the aggregate and the reason', async () => {
    report(people, () => ({ behind: [[...person(1), 'stalled']], waitedMs: 1_000 }))
    expect((await ask(page, tokenOf(1))).extensions.consistency).toEqual({
      fresh: false,
      behind: [{ service: 'people', id: person(1)[1], version: 1, why: 'stalled' }],
    })
  })

  test('also without a token, about what the operation itself wrote', async () => {
    report(people, () => ({ wrote: [person(1)], behind: [[...person(1), 'late']], waitedMs: 1_000 }))
    expect((await ask(rename)).extensions.consistency).toMatchObject({ fresh: false, behind: [{ why: 'late' }] })
  })

  test('what was written is not lost when the mutation is rejected', async () => {
    people.behave(() => ({
      data: { rename: null },
      errors: [{ message: 'No.', extensions: { code: 'INVALID_INPUT' } }],
      extensions: { consistency: { wrote: [person(1, 4)], behind: [], waitedMs: 0 } },
    }))
    const { token } = (await ask(rename)).extensions.consistency
    people.behave()
    await ask(page, token)
    expect(askedOf(writings.requests.at(-1))?.require).toEqual([person(1, 4)])
  })
})

describe('a subgraph', () => {
  test('that knows nothing of this is asked as before, and does not count', async () => {
    people.behave()
    expect(await ask(read, tokenOf(1))).toEqual({
      data: { person: { name: 'Person 1' } },
      extensions: { consistency: { fresh: true } },
    })
  })

  test.each([
    'yes',
    [],
    { wrote: 'much', behind: [], waitedMs: 0 },
    { wrote: [['blog.people.v1', 'Ada', 1]], behind: [], waitedMs: 0 },
    { wrote: [], behind: [[...person(1), 'tired']], waitedMs: 0 },
  ])('whose report has another shape leaves the answer uncertain: %j', async (consistency) => {
    people.behave(async (request, _reply, answer) => ({
      ...(await answer(request)),
      extensions: { consistency, other: 1 },
    }))
    expect(await ask(rename, tokenOf(1))).toEqual({
      data: { rename: { name: 'Ada' } },
      extensions: { consistency: { fresh: false } },
    })
    expect(gateway.logged.filter(({ msg }) => String(msg).includes('extensions.consistency is ignored'))).toHaveLength(
      1,
    )
  })

  test('that is away is a fault as before', async () => {
    people.behave(breakConnection)
    expect(await ask(read, tokenOf(1))).toMatchObject({
      data: { person: null },
      errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    })
  })
})

describe('an operation has one deadline', () => {
  test('a fetch after a wait has what is left of it', async () => {
    report(writings, () => ({ waitedMs: 700 }))
    await ask(page, tokenOf(1))
    expect(askedOf(writings.requests[0])?.waitMs).toBe(1_000)
    expect(askedOf(people.requests[0])?.waitMs).toBeLessThanOrEqual(300)
  })

  test('when it is over, a fetch looks once', async () => {
    report(writings, () => ({ waitedMs: 1_200 }))
    await ask(page, tokenOf(1))
    expect(askedOf(people.requests[0])).toEqual({ require: [person(1)], waitMs: 0 })
  })

  test('a second attempt has what the first one left', async () => {
    people.behave(async (request, reply, answer) => {
      if (people.requests.length > 1) return await answer(request)
      await new Promise((resolve) => setTimeout(resolve, 200))
      return breakConnection(request, reply)
    })
    expect(await ask(read, tokenOf(1))).toMatchObject({ data: { person: { name: 'Person 1' } } })
    const [first, second] = people.requests.map(askedOf)
    expect(first).toEqual({ require: [person(1)], waitMs: 1_000 })
    expect(second?.waitMs).toBeLessThanOrEqual(801)
  })
})

describe('a token that is refused', () => {
  const good = tokenOf(5)
  const old = tokenOf(1, now() - 600)
  const cut = make({ entries: [], incompleteUntil: now() + 600 }, now())
  const foreign = createConsistencyTokens(['another installation']).make({ entries: [], incompleteUntil: 0 }, now())

  test.each([
    ['altered', tokenOf(1).replace(/^..../, 'AAAA'), ['signature']],
    ['foreign', foreign, ['signature']],
    ['cut', cut, ['incomplete']],
    ['expired', old, ['expired']],
    ['empty', ' ', ['malformed']],
    ['nonsense', '{}', ['malformed']],
    ['of several kinds, one of them good', [foreign, cut, 'x', good].join(), ['signature', 'incomplete', 'malformed']],
  ])('because it is %s is not waited for, and the answer says so', async (_, token, refused) => {
    const response = await gateway.post(JSON.stringify({ query: read }), { 'consistency-token': token })
    expect(response.status).toBe(200)
    expect(response.headers.get('consistency-token')).toBeNull()
    expect(await response.json()).toEqual({
      data: { person: { name: 'Person 1' } },
      extensions: { consistency: { fresh: false, refused } },
    })
    expect(askedOf(people.requests[0])?.require).toEqual(token.includes(good) ? [person(5)] : undefined)
  })

  test.each([
    ['5 kB long', 'x'.repeat(5_000)],
    ['one of nine', Array.from({ length: 9 }, () => tokenOf(1)).join()],
  ])('because it is %s is not read', async (_, token) => {
    expect((await ask(read, token)).extensions.consistency).toEqual({ fresh: false, refused: ['too_large'] })
  })

  test('is counted, by reason', async () => {
    const reason = 'gateway_consistency_tokens_refused_total'
    const before = (await gateway.metric(reason, { reason: 'signature' })) ?? 0
    const stale = (await gateway.metric('gateway_consistent_answers_total', { fresh: 'false' })) ?? 0
    await ask(read, foreign)
    expect(await gateway.metric(reason, { reason: 'signature' })).toBe(before + 1)
    expect(await gateway.metric('gateway_consistent_answers_total', { fresh: 'false' })).toBe(stale + 1)
  })

  test('is no fault in the log', () => {
    expect(gateway.logged.filter(({ msg }) => msg === 'fault')).toEqual([])
  })
})

test('300 requests that wait hold up no others', async () => {
  const held: (() => void)[] = []
  people.behave(async (request, _reply, answer) => {
    if (request.extensions) await new Promise<void>((resolve) => held.push(resolve))
    return await answer(request)
  })
  const waiting = Array.from({ length: 300 }, () => ask(read, tokenOf(1)))
  await vi.waitFor(() => expect(held).toHaveLength(300), { timeout: 10_000 })
  expect(await ask(read)).toEqual({ data: { person: { name: 'Person 1' } } })
  for (const release of held) release()
  for (const reply of await Promise.all(waiting))
    expect(reply).toMatchObject({ data: { person: { name: 'Person 1' } } })
})
