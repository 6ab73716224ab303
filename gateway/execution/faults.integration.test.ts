import type { FastifyReply } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { freePort } from '#infra/ports.ts'
import {
  type RunningGateway,
  startGateway,
  startPeople,
  startWritings,
  supergraphOf,
} from '../testing/gateway.fixture.ts'
import { breakConnection, hang, type StubRequest, type StubSubgraph } from '../testing/stub-subgraph.fixture.ts'

let people: StubSubgraph
let writings: StubSubgraph
let gateway: RunningGateway

beforeAll(async () => {
  ;[people, writings] = await Promise.all([startPeople(), startWritings()])
})
afterAll(() => Promise.all([people?.close(), writings?.close()]))

beforeEach(async () => {
  people.behave()
  writings.behave()
  // A new gateway for each test, because the circuit breaker keeps state.
  gateway = await startGateway(supergraphOf([people, writings]), {
    SUBGRAPH_TIMEOUT_MS: '300',
    CONSISTENCY_WAIT_MS: '100',
  })
  return () => gateway.stop()
})

const person = '{ person(id: "1") { name } }'
const page = '{ writings { title author { name age } } }'
const fault = (code: string, service: string) => ({
  message: expect.stringContaining(`the ${service} service`.slice(4)),
  extensions: { code, service },
})

/** Misbehaves once, then answers. */
const once = (stub: StubSubgraph, behaviour: (request: StubRequest, reply: FastifyReply) => unknown) => {
  let asked = 0
  stub.behave((request, reply) => {
    if (asked++ === 0) return behaviour(request, reply)
    return { data: { person: { name: 'Second try' }, rename: { name: 'Second try' } } }
  })
}

describe('a subgraph that is down', () => {
  test('makes only its own fields null, with one error', async () => {
    people.behave(breakConnection)
    expect(await gateway.ask(page)).toEqual({
      data: {
        writings: ['1', '2', '1'].map((author, index) => ({
          title: `Writing ${index + 1}`,
          author: { name: `Person ${author}`, age: null },
        })),
      },
      errors: [fault('SUBGRAPH_UNAVAILABLE', 'people')],
    })
  })

  test('is reported once, however many fetches failed', async () => {
    people.behave(breakConnection)
    const { data, errors } = await gateway.ask(
      '{ a: person(id: "1") { name } writings { author { age } } more: writings { author { shoeSize } } }',
    )
    expect(errors).toEqual([fault('SUBGRAPH_UNAVAILABLE', 'people')])
    expect(data.writings).toHaveLength(3)
  })

  test.each<[string, (request: StubRequest, reply: FastifyReply) => unknown]>([
    ['a proxy says 502', (_, reply) => reply.code(502).type('text/html').send('<h1>Bad gateway</h1>')],
    ['it answers 500', (_, reply) => reply.code(500).send({ errors: [{ message: 'internals' }] })],
    ['it answers another page', (_, reply) => reply.code(200).type('text/html').send('<h1>It works</h1>')],
    ['it answers JSON that is not a GraphQL response', () => ({ hello: 'world' })],
  ])('counts as down when %s, without a second try', async (_when, behaviour) => {
    people.behave(behaviour)
    expect(await gateway.ask(person)).toEqual({
      data: { person: null },
      errors: [fault('SUBGRAPH_UNAVAILABLE', 'people')],
    })
    expect(people.requests).toHaveLength(1)
  })

  test('gets no requests for a while after five faults, and then again', async () => {
    people.behave(breakConnection)
    for (let asked = 0; asked < 8; asked++)
      expect(await gateway.ask(person)).toMatchObject({ errors: [fault('SUBGRAPH_UNAVAILABLE', 'people')] })
    expect(people.requests).toHaveLength(10) // five faults, two attempts each
    expect(await gateway.metric('gateway_breaker_open', { subgraph: 'people' })).toBe(1)
    expect(gateway.logged).toContainEqual(expect.objectContaining({ subgraph: 'people', pauseMs: 2_000 }))
    expect(await gateway.ask('{ writings { title } }')).not.toHaveProperty('errors')

    people.behave()
    await vi.waitFor(
      async () => expect(await gateway.ask(person)).toEqual({ data: { person: { name: 'Person 1' } } }),
      {
        timeout: 5_000,
      },
    )
    expect(await gateway.metric('gateway_breaker_open', { subgraph: 'people' })).toBe(0)
  })
})

test('a subgraph without a listener gets no requests for a while after five refused connections', async () => {
  await gateway.stop()
  gateway = await startGateway(supergraphOf([people, writings]), {
    SUBGRAPH_URLS: `people=http://127.0.0.1:${await freePort()}/graphql`,
  })
  const open = () => gateway.metric('gateway_breaker_open', { subgraph: 'people' })
  for (let asked = 0; asked < 5; asked++) {
    expect(await open()).not.toBe(1)
    expect(await gateway.ask(person)).toMatchObject({ errors: [fault('SUBGRAPH_UNAVAILABLE', 'people')] })
  }
  expect(await open()).toBe(1)
})

describe('a subgraph that refuses our requests', () => {
  const refuse = (extensions: object) =>
    people.behave((_, reply) => reply.code(401).send({ errors: [{ message: 'refused', extensions }] }))
  const warnings = () => gateway.logged.filter(({ level, subgraph }) => level === 40 && subgraph === 'people')

  test('is a fault: the client gets a code, the fetch counts as failed, the log shows the clock skew', async () => {
    refuse({ code: 'UNSIGNED_REQUEST', reason: 'stale', aheadS: -41 })
    for (let asked = 0; asked < 8; asked++)
      expect(await gateway.ask(person)).toEqual({
        data: { person: null },
        errors: [fault('SUBGRAPH_REFUSED', 'people')],
      })
    const count = (outcome: string) => gateway.metric('gateway_fetch_seconds_count', { subgraph: 'people', outcome })
    expect([await count('SUBGRAPH_REFUSED'), await count('answered')]).toEqual([8, undefined])
    expect(warnings()).toMatchObject([
      {
        reason: 'stale',
        aheadS: -41,
        msg: 'people: our request was refused because the clocks differ: ours is 41 s behind',
      },
    ])
    // Each was sent once, and the circuit breaker stayed closed.
    expect(people.requests).toHaveLength(8)
  })

  test('is logged with its reason, and so is a refusal by a server that is not a subgraph', async () => {
    refuse({ code: 'UNSIGNED_REQUEST', reason: 'wrong_signature' })
    await gateway.ask(person)
    people.behave((_, reply) => reply.code(401).type('text/html').send('<h1>Who are you?</h1>'))
    expect(await gateway.ask(person)).toMatchObject({ errors: [fault('SUBGRAPH_REFUSED', 'people')] })
    expect(warnings()).toMatchObject([
      { reason: 'wrong_signature', msg: 'people: our request was refused: refused' },
      { msg: 'people: our request was refused: <h1>Who are you?</h1>' },
    ])
  })
})

describe('when the connection breaks', () => {
  test('a query is retried once', async () => {
    once(people, breakConnection)
    expect(await gateway.ask(person)).toEqual({ data: { person: { name: 'Second try' } } })
    expect(people.requests).toHaveLength(2)
  })

  test('a mutation is not', async () => {
    once(people, breakConnection)
    expect(await gateway.ask('mutation { rename(id: "1", name: "x") { name } }')).toEqual({
      data: { rename: null },
      errors: [fault('SUBGRAPH_UNAVAILABLE', 'people')],
    })
    expect(people.requests).toHaveLength(1)
  })
})

describe('a subgraph that hangs', () => {
  test('is waited for until the timeout, once', async () => {
    people.behave(hang)
    const began = performance.now()
    expect(await gateway.ask(person)).toEqual({
      data: { person: null },
      errors: [fault('SUBGRAPH_TIMEOUT', 'people')],
    })
    expect(performance.now() - began).toBeGreaterThan(290)
    expect(people.requests).toHaveLength(1)
  })

  test('in some queries still gets requests: mutations and queries of others pass', async () => {
    const answered = { data: { rename: { name: 'x' }, person: { name: 'Person 2' } } }
    people.behave((request, reply) => (request.query.includes('age') ? hang(request, reply) : answered))
    for (let asked = 0; asked < 6; asked++)
      expect(await gateway.ask('{ person(id: "1") { age } }')).toMatchObject({
        errors: [fault('SUBGRAPH_TIMEOUT', 'people')],
      })
    expect(await gateway.ask('mutation { rename(id: "1", name: "x") { name } }')).toEqual({
      data: { rename: { name: 'x' } },
    })
    expect(await gateway.ask(person)).toEqual({ data: { person: { name: 'Person 2' } } })
    expect(await gateway.metric('gateway_breaker_open', { subgraph: 'people' })).not.toBe(1)
  })

  test('in the middle of its reply times out as well', async () => {
    people.behave((_, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, { 'content-type': 'application/json' }).write('{"data":')
    })
    expect(await gateway.ask(person)).toMatchObject({ errors: [fault('SUBGRAPH_TIMEOUT', 'people')] })
  })

  test('does not hold a request beyond the request’s own timeout', async () => {
    await gateway.stop()
    gateway = await startGateway(supergraphOf([people, writings]), {
      SUBGRAPH_TIMEOUT_MS: '60000',
      REQUEST_TIMEOUT_MS: '200',
    })
    people.behave(hang)
    expect(await gateway.ask(page)).toMatchObject({
      data: { writings: [{ title: 'Writing 1', author: { name: 'Person 1', age: null } }, {}, {}] },
      errors: [fault('REQUEST_TIMEOUT', 'people')],
    })

    // It is not known which subgraph was slow, so the circuit breaker stays closed.
    for (let asked = 0; asked < 6; asked++) await gateway.ask(person)
    people.behave()
    expect(await gateway.ask(person)).toEqual({ data: { person: { name: 'Person 1' } } })
  })
})

describe('a non-null field that is null', () => {
  test('is reported in errors', async () => {
    people.behave(() => ({ data: { person: { name: 'Ada', shoeSize: null } } }))
    expect(await gateway.ask('{ person(id: "2") { name shoeSize } }')).toEqual({
      data: { person: null },
      errors: [
        {
          message: 'Cannot return null for non-nullable field Person.shoeSize.',
          path: ['person', 'shoeSize'],
          extensions: { code: 'VALUE_COMPLETION' },
        },
      ],
    })
  })

  test('is not reported again where a fault explains it', async () => {
    people.behave(breakConnection)
    expect(await gateway.ask('{ writings { author { name shoeSize } } }')).toEqual({
      data: { writings: [{ author: null }, { author: null }, { author: null }] },
      errors: [fault('SUBGRAPH_UNAVAILABLE', 'people')],
    })
  })
})

describe('an error of a subgraph', () => {
  const replies = (extensions: object, message = 'internals at db:5432') =>
    people.behave(() => ({ data: { broken: null }, errors: [{ message, path: ['broken'], extensions }] }))

  test('that is a fault is logged under an id that the client gets', async () => {
    const reply = await gateway.ask('{ broken }')
    expect(reply).toEqual({
      data: { broken: null },
      errors: [
        {
          message: expect.stringMatching(/^Something went wrong on our side \(fault [\da-f-]{36}\)\.$/),
          path: ['broken'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', fault: expect.any(String) },
        },
      ],
    })
    const entry = gateway.logged.find(({ fault }) => fault === reply.errors[0].extensions.fault)
    expect(JSON.stringify(entry)).toContain('1234')
  })

  test('that the subgraph has masked keeps its id', async () => {
    const masked = { code: 'INTERNAL_SERVER_ERROR', fault: 'an-id-of-its-log' }
    replies(masked, 'Something went wrong on our side (fault an-id-of-its-log).')
    expect((await gateway.ask('{ broken }')).errors).toMatchObject([{ extensions: masked }])
  })

  test('about the client’s input is passed on unchanged', async () => {
    replies({ code: 'INVALID_INPUT', argument: ['first'] }, 'first: must be 0 to 100')
    expect((await gateway.ask('{ broken }')).errors).toEqual([
      {
        message: 'first: must be 0 to 100',
        path: ['broken'],
        extensions: { code: 'INVALID_INPUT', argument: ['first'] },
      },
    ])
  })

  test.each(['GRAPHQL_VALIDATION_FAILED', 'DOWNSTREAM_SERVICE_ERROR', undefined])(
    'with the code %s is the gateway’s own fault, and masked',
    async (code) => {
      replies({ code })
      expect((await gateway.ask('{ broken }')).errors).toMatchObject([
        { message: expect.stringContaining('on our side'), extensions: { code: 'INTERNAL_SERVER_ERROR' } },
      ])
    },
  )
})
