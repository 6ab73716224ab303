import { expect, test } from 'vitest'
import { slugOf } from './slug.ts'

const id = '01890000-0000-7000-8000-0000deadbeef'

test.each([
  ['Hello, World!', 'hello-world-deadbeef'],
  ['  --  Ünïcode  & Co. 2  ', 'ünïcode-co-2-deadbeef'],
  ['مرحبا بالعالم', 'مرحبا-بالعالم-deadbeef'],
  ['你好，世界', '你好-世界-deadbeef'],
  ['हिन्दी में', 'हिन्दी-में-deadbeef'],
  ['🦉🎉', 'deadbeef'],
])('names %j %j', (title, slug) => expect(slugOf(title, id)).toBe(slug))

test('keeps at most 80 characters of the title, and ends no word with a joint', () => {
  expect(slugOf('a'.repeat(200), id)).toBe(`${'a'.repeat(80)}-deadbeef`)
  expect(slugOf(`${'a'.repeat(79)} b`, id)).toBe(`${'a'.repeat(79)}-deadbeef`)
})
