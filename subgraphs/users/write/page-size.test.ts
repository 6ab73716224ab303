import { expect, test } from 'vitest'
import { createPageSize } from './page-size.ts'

test('the page size halves after a failed or slow page, down to one row, and grows after fast ones', () => {
  const size = createPageSize()
  expect(size.now()).toBe(100)
  size.failed()
  expect(size.now()).toBe(50)
  size.took(2_000)
  expect(size.now()).toBe(25)
  size.took(500)
  expect(size.now()).toBe(25)
  size.took(10)
  expect(size.now()).toBe(50)
  for (let n = 0; n < 20; n++) size.failed()
  expect(size.now()).toBe(1)
  for (let n = 0; n < 20; n++) size.took(10)
  expect(size.now()).toBe(500)
})
