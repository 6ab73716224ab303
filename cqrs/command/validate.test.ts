import { expect, test } from 'vitest'
import { z } from 'zod'
import { validate } from './validate.ts'

test('a list that is wrong in every item is reported in part', () => {
  const result = validate(z.object({ tags: z.array(z.string().min(1)) }), {
    tags: Array.from({ length: 1_000 }, () => ''),
  })
  expect(result).toMatchObject({ errors: { length: 20, 0: { code: 'INVALID_INPUT', path: ['tags', '0'] } } })
})
