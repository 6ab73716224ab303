import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { excerptOf } from './excerpt.ts'
import { expectQuick, hostileBodies } from './plain-text.fixture.ts'

const length = (text: string) => [...text].length
const characters = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.constantFrom(' ', '👨‍👩‍👧', '\u0301', 'é̂', '水', '\u0600', '\u0600¡', '🇫🇷', '한', 'क्ष', "'"),
)
/** What Markdown or the excerpt changes. */
const markup = /[!-&(-/:-@[-`{-~\p{Cc}\u202A-\u202E\u2066-\u2069]/gu
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

test.each([
  ['headings', '# On *Ink* #\n\nIt dries.\n\nPens\n====\n', 'On Ink It dries. Pens'],
  [
    'emphasis',
    'It **dries _slowly_**, ~~fast~~ and 2*3*4 snake_case_name.',
    'It dries slowly, fast and 2*3*4 snake_case_name.'.replace('2*3*4', '234'),
  ],
  [
    'links',
    '[ink](https://example.org "Ink"), [old][1] and <https://example.org/>.\n\n[1]: https://example.org',
    'ink, old and https://example.org/.',
  ],
  ['images', 'Seen: ![a *blue* pen](https://example.org/pen.png) ![](x.png)!', 'Seen: a blue pen !'],
  ['a linked image', '[![a pen](x.png)](y)', 'a pen'],
  ['code within a line', 'Call `ink(*a*)` \\*now\\* &amp; &#42;.', 'Call ink(*a*) *now* & *.'],
  ['code blocks', 'Before.\n\n```js\nconst ink = 1\n```\n\n    indented\n\n~~~\nmore\n~~~\n\nAfter.', 'Before. After.'],
  ['lists', '- one\n- two\n  1. three\n\n* * *\n\n> four\n> five', 'one two three four five'],
  ['tables', '| a | b |\n|---|---|\n| c | **d** |', 'a b c d'],
  [
    'HTML',
    'a <b class="x">bold</b><br>c <!-- no --> d\n\n<div>\ne <i>f</i>\n</div>\n\n<!-- no\n\nno -->\n\n1 < 2 > 0',
    'a boldc d e f 1 < 2 > 0',
  ],
  ['scripts', '<script>\nalert(1)\n</script>\n\n<style>\n\np {}\n</style>\n\nInk.', 'Ink.'],
  ['line breaks', 'one\ntwo  \nthree\\\nfour\n\n\n\tfive', 'one two three four'],
  ['marks that turn text, and control characters', 'a\u202eb\u0007c &#x202e;d', 'abc d'],
  ['an image as an address', `![a pen](data:image/png;base64,${'iVBOR'.repeat(19_000)}) dries`, 'a pen dries'],
  ['nothing', '```\ncode\n```', ''],
])('the excerpt has no markup: %s', (_, body, expected) => expect(excerptOf(body)).toBe(expected))

describe('a text that is too long', () => {
  test('is cut at 280 code points, after a whole word', () => {
    expect(excerptOf('a'.repeat(280))).toBe('a'.repeat(280))
    const words = 'ink '.repeat(69)
    expect(excerptOf(`${words}1234`)).toBe(`${words}1234`)
    expect(excerptOf(`${words}12345`)).toBe(`${words.trim()}…`)
    expect(excerptOf(`${words}123 5`)).toBe(`${words}123…`)
  })

  test('loses the punctuation before the ellipsis', () =>
    expect(excerptOf(`${'ink '.repeat(68)}dry, ${'a'.repeat(20)}`)).toBe(`${'ink '.repeat(68)}dry…`))

  test('of nothing but punctuation stays', () => expect(excerptOf('?!'.repeat(150))).toBe(`${'?!'.repeat(139)}?…`))

  test('is cut after a word of a script without spaces', () => {
    const words = '墨水很快就干了'
    const cut = excerptOf(words.repeat(60)).slice(0, -1)
    expect(length(cut)).toBeGreaterThan(270)
    const ends = [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(words)].map(({ index }) => index)
    expect(ends).toContain(length(cut) % 7)
    expect(length(excerptOf('หมึกแห้งช้าบนกระดาษเก่า'.repeat(20)))).toBeGreaterThan(260)
  })

  test('is cut within a word only if that is all there is', () => {
    expect(excerptOf('a'.repeat(300))).toBe(`${'a'.repeat(279)}…`)
    expect(excerptOf(`Ink ${'a'.repeat(300)}`)).toBe('Ink…')
    expect(excerptOf('👨‍👩‍👧'.repeat(100))).toBe(`${'👨‍👩‍👧'.repeat(55)}…`)
    expect(excerptOf(`a${'\u0301'.repeat(400)}`)).toBe('…')
  })

  test('is cut between characters as readers count them, whatever it is', () =>
    fc.assert(
      fc.property(fc.array(characters, { minLength: 300, maxLength: 400 }), (parts) => {
        const body = `a${parts.join('').replaceAll(markup, '')}`.replaceAll(/\s+/g, ' ').trim()
        fc.pre(length(body) > 280)
        const excerpt = excerptOf(body)
        expect(length(excerpt)).toBeLessThanOrEqual(280)
        const cut = excerpt.slice(0, -1)
        expect(`${cut}…`).toBe(excerpt)
        expect(body.startsWith(cut)).toBe(true)
        expect(graphemes.segment(body).containing(cut.length)?.index).toBe(cut.length)
      }),
    ))

  test.each(hostileBodies)('takes little time: %s', (_, body) => {
    expect(length(excerptOf(body))).toBeLessThanOrEqual(280)
    expectQuick(() => excerptOf(body))
  })
})
