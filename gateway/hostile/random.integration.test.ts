import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Supergraph } from '@apollo/federation-internals'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTestConfig } from '../../tests/support/config.ts'
import { type GatewayProcess, startGatewayProcess } from './gateway-process.fixture.ts'
import { documentOf } from './random-documents.ts'

/** A number that fits into CI; `RANDOM_REQUESTS=5000` sends more. */
const { RANDOM_REQUESTS: REQUESTS } = readTestConfig()
const AT_ONCE = 50

const sdl = readFileSync(join(import.meta.dirname, '..', '..', 'contracts', 'supergraph.graphql'), 'utf8')
const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema()

let gateway: GatewayProcess
beforeAll(async () => {
  gateway = await startGatewayProcess({ NODE_ENV: 'development', longest: 3 })
})
afterAll(() => gateway?.stop())

const choices = fc.array(fc.nat(1_000), { maxLength: 120, size: 'max' })
const valid = choices.map((made) => documentOf(schema, made))
const cut = fc
  .tuple(valid, fc.nat(400), fc.nat(20), fc.string({ maxLength: 5 }))
  .map(([document, at, length, text]) => document.slice(0, at) + text + document.slice(at + length))
const tokens = fc.constantFrom(
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ':',
  '$',
  '@',
  '!',
  '=',
  '|',
  '&',
  '...',
  'on',
  'query',
  'fragment',
  'subscription',
  'mutation',
  'id',
  '"x"',
  '"""',
  '1',
  '-',
  'null',
  '__schema',
  '__type',
  'posts',
  '#',
)
const soup = fc.array(tokens, { maxLength: 60, size: 'max' }).map((list) => list.join(' '))
const document = fc.oneof(
  { weight: 6, arbitrary: valid },
  { weight: 2, arbitrary: cut },
  soup,
  fc.string({ unit: 'binary' }),
)

/** Mostly the usual value, sometimes another. */
const mostly = <T, U>(usual: fc.Arbitrary<T>, ...others: fc.Arbitrary<U>[]): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 12, arbitrary: usual }, ...others)
const nothing = fc.constant(null)
const variables = mostly(
  fc.record(
    {
      int: mostly(fc.integer({ min: -2, max: 120 }), nothing, fc.jsonValue()),
      id: mostly(fc.string(), nothing),
      string: mostly(fc.string({ unit: 'binary' }), nothing),
      if: mostly(fc.boolean(), nothing),
      representations: mostly(fc.nat(200), nothing),
      tags: mostly(fc.array(fc.string()), fc.array(fc.jsonValue(), { size: 'large' }), nothing),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
)
const request = fc.record(
  {
    query: mostly(document, fc.jsonValue()),
    variables,
    operationName: mostly(fc.constantFrom('Q', undefined), fc.constantFrom('P', ''), fc.jsonValue()),
    extensions: mostly(fc.constantFrom({}, undefined), fc.jsonValue(), fc.record({ persistedQuery: fc.jsonValue() })),
  },
  { requiredKeys: ['query'] },
)
const body = mostly(
  request.map((one) => JSON.stringify(one)),
  fc.json(),
  fc.string({ unit: 'binary' }),
)

test(`${REQUESTS} random documents and bodies all get a reply, and none is a fault`, async () => {
  const statuses = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (bodies) => {
      const replies = await Promise.all(bodies.map(async (one) => ({ one, ...(await gateway.post(one)) })))
      for (const { one, status, text } of replies) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status >= 500 || /INTERNAL_SERVER_ERROR|\.[jt]s:\d+/.test(text))
          throw new Error(`${status} ${text} to ${one}`)
        JSON.parse(text)
      }
    }),
    { numRuns: REQUESTS / AT_ONCE, endOnFailure: true },
  )
  // Some of each kind: a request that is refused by its first character shows nothing.
  expect(statuses.get(200)).toBeGreaterThan(REQUESTS / 20)
  expect(statuses.get(400)).toBeGreaterThan(REQUESTS / 20)
  expect(gateway.isAlive()).toBe(true)
  expect(gateway.log()).not.toMatch(/"level":"(error|fatal)"/)
}, 120_000)
