import { expect, test } from 'vitest'
import { boundedErrors } from './bounded.ts'
import { boundedMessage } from './bounded-message.ts'

test('the first twenty errors are reported, with five locations and 500 characters each', () => {
  const locations = Array.from({ length: 10 }, (_, line) => ({ line, column: 1 }))
  const errors = Array.from({ length: 30 }, (_, n) => ({ message: `${n}${'x'.repeat(900)}`, locations, path: [n] }))
  const bounded = boundedErrors(errors)
  expect(bounded).toHaveLength(20)
  expect(bounded[19]).toEqual({
    message: expect.stringMatching(/^19x+…x+$/),
    locations: locations.slice(0, 5),
    path: [19],
  })
  expect(bounded[19]?.message.length).toBeLessThanOrEqual(500)
})

test('an error without locations gets none', () => {
  expect(boundedErrors([{ message: 'a' }])).toEqual([{ message: 'a' }])
})

test.each([
  ['a\u0000b\nc', 'a b c'],
  ['\ud800', '\ufffd'],
  [`${'x'.repeat(248)}😀${'y'.repeat(600)}`, `${'x'.repeat(248)}\ufffd…${'y'.repeat(249)}`],
])('a message is short in JSON, whatever it quotes: %j', (message, bounded) => {
  expect(boundedMessage(message)).toBe(bounded)
})
