import { expect, test } from 'vitest'
import { createPageSize } from './page-size.ts'

test('a page is halved when one failed or was slow, down to one row, and grows when they are fast', () => {
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
