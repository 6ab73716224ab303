import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tag } from './tag.ts'

test.each([
  ['Ink', 'ink'],
  ['  Fountain \t\n Pens ', 'fountain pens'],
  ['Caf\u0065\u0301', 'café'],
  ['ペン\u3000と\u3000紙', 'ペン と 紙'],
  ['🦉', '🦉'],
  ['I ❤️ tea', 'i ❤ tea'],
  ['in\u200bk', 'ink'],
  ['in\u200ck\u200d', 'ink'],
  ['soft\u00adhyphen \u2060', 'softhyphen'],
  ['👩‍👩‍👧', '👩‍👩‍👧'],
  ['👁️‍🗨️', '👁‍🗨'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  [` ${'🦉'.repeat(30)} `, '🦉'.repeat(30)],
])('%j becomes the tag %j', (given, kept) => expect(tag.parse(given)).toBe(kept))

test.each([[''], [' \u3000 '], ['x'.repeat(31)], ['a\0b'], ['a\ud800']])('%j is not a valid tag', (given) =>
  expect(tag.safeParse(given).success).toBe(false),
)

test('a tag is unchanged when it is parsed again', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (given) => {
      const kept = tag.safeParse(given).data
      fc.pre(kept !== undefined)
      expect(tag.parse(kept)).toBe(kept)
    }),
  ))
