import { expect, test } from 'vitest'
import { z } from 'zod'
import { variablesOf } from './variables.ts'

const whole = z.coerce.number().int()
const of = (schema: z.ZodType) => variablesOf(z.object({ IT: schema }))[0]

test.each([
  ['a number from a bound', whole.min(2), 'a whole number from 2'],
  ['a number between bounds', whole.min(2).max(9).default(3), 'a whole number, 2 to 9'],
  ['a number of a unit', whole.min(0).max(9).meta({ unit: 'days' }), 'days, 0 to 9'],
  ['a choice', z.enum(['a', 'b', 'c']).default('a'), 'a, b or c'],
  ['the only choice', z.enum(['a']), 'a'],
  ['a url', z.url().optional(), 'a url'],
  ['text that has a least length', z.string().min(16), '16 characters or more'],
  ['any text', z.string().default('x'), 'text'],
  [
    'what is described',
    z
      .string()
      .transform((text) => text.split(','))
      .meta({ value: 'a list' }),
    'a list',
  ],
])('describes the valid values of %s', (_, schema, value) => expect(of(schema)).toMatchObject({ value }))

test('shows the default of a variable, or that it is required', () => {
  expect(of(whole.min(1).default(3))).toMatchObject({ standard: '3', required: false })
  expect(of(z.string().optional())).toMatchObject({ standard: undefined, required: false })
  expect(of(z.string())).toMatchObject({ standard: undefined, required: true })
})

test('keeps the meaning', () => expect(of(z.string().describe('what for'))).toMatchObject({ meaning: 'what for' }))
