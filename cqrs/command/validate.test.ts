import { expect, test } from 'vitest'
import { z } from 'zod'
import { validate } from './validate.ts'

test('at most 20 problems of an input are reported', () => {
  const result = validate(z.object({ tags: z.array(z.string().min(1)) }), {
    tags: Array.from({ length: 1_000 }, () => ''),
  })
  expect(result).toMatchObject({ errors: { length: 20, 0: { code: 'INVALID_INPUT', path: ['tags', '0'] } } })
})
