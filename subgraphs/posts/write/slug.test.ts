import fc from 'fast-check'
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
  ['I ❤️ tea', 'i-tea-deadbeef'],
  ['❤️', 'deadbeef'],
  ['1️⃣ cup', '1-cup-deadbeef'],
  ['👩‍👩‍👧 and 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', 'and-deadbeef'],
  ['soft\u00adhy\u200bphen', 'softhyphen-deadbeef'],
  ['\u3164fill\u115fer\u034f', 'filler-deadbeef'],
  ['می\u200cخواهم', 'میخواهم-deadbeef'],
  ['葛\u{e0100}城', '葛城-deadbeef'],
])('the slug of %j is %j', (title, slug) => expect(slugOf(title, id)).toBe(slug))

test('has no invisible characters, whatever the title', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (title) => {
      const slug = slugOf(title, id)
      return /^[\p{L}\p{Mn}\p{Mc}\p{N}-]+$/u.test(slug) && !/\p{Default_Ignorable_Code_Point}/u.test(slug)
    }),
    { numRuns: 2_000 },
  ))

test('keeps at most 80 characters of the title, without a hyphen at the cut', () => {
  expect(slugOf('a'.repeat(200), id)).toBe(`${'a'.repeat(80)}-deadbeef`)
  expect(slugOf(`${'a'.repeat(79)} b`, id)).toBe(`${'a'.repeat(79)}-deadbeef`)
})
