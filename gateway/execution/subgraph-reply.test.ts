import { expect, test } from 'vitest'
import { RequestRefused } from '#toolkit/trust/refusal.ts'
import { NotGraphQL, readReply } from './subgraph-reply.ts'

test.each([
  [200, { data: null }],
  [200, { data: { a: 1 }, errors: [{ message: 'b' }], extensions: { c: 2 } }],
  [400, { errors: [{ message: 'not valid' }] }],
])('HTTP %i with %j is an answer', (status, reply) => {
  expect(readReply(status, JSON.stringify(reply))).toEqual(reply)
})

test.each([
  [502, '<h1>Bad gateway</h1>'],
  [500, '{"errors":[{"message":"internals"}]}'],
  [200, '<h1>It works</h1>'],
  [200, '{"hello":"world"}'],
  [200, 'null'],
  [200, ''],
])('HTTP %i with %s is none', (status, text) => {
  expect(() => readReply(status, text)).toThrow(new NotGraphQL(status, text))
})

test('HTTP 401 is a refusal, with the reason', () => {
  const text = JSON.stringify({ errors: [{ message: 'a', extensions: { reason: 'stale', aheadS: 40 } }] })
  const refused = (() => {
    try {
      return readReply(401, text)
    } catch (error) {
      return error
    }
  })()
  expect(refused).toBeInstanceOf(RequestRefused)
  expect(refused).toMatchObject({ reason: 'stale', aheadS: 40 })
})
