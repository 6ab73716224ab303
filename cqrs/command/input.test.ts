import { describe, expect, test } from 'vitest'
import { line, paragraphs, personName, text } from './input.ts'

const problem = (rule: ReturnType<typeof text>, value: string) => rule.safeParse(value).error?.issues[0]?.message

describe('a text', () => {
  test.each(['a', '字', '🦉', '👩‍👩‍👧‍👦', 'می\u200cخواهم', 'é', '?', 'two\nlines'])('may be %j', (value) =>
    expect(problem(text(1, 10), value)).toBeUndefined(),
  )

  test.each(['\u200b', '\u2800\u3164', '\u200d\ufe0f', '\u0301', '\u2060 \u00ad'])(
    'must have a visible character: %j has none',
    (value) => expect(problem(text(1, 10), value)).toBe('must show something'),
  )

  test('with a minimum of 0 may be empty', () => {
    for (const value of ['', ' ']) expect(problem(text(0, 10), value)).toBeUndefined()
  })

  test('is trimmed, put into NFC and counted in code points', () => {
    expect(text(1, 1).parse(' e\u0301 ')).toBe('é')
    expect(problem(text(1, 2), '🦉🦉🦉')).toBe('must have 1 to 2 characters')
  })
})

describe('a line', () => {
  test.each(['a b', 'مرحبا', 'می\u200cخواهم', '👩‍👩‍👧‍👦'])('may be %j', (value) =>
    expect(problem(line(1, 20), value)).toBeUndefined(),
  )

  test.each(['a\nb', 'a\tb', 'a\u2028b', 'a\u202eb', 'a\u2066b', 'a\u0007b'])('must not be %j', (value) =>
    expect(problem(line(1, 20), value)).toMatch(/^must be one line/),
  )
})

describe('the name of a person', () => {
  test.each(['Ada Lovelace', 'Nguyễn Thị Ánh', 'می\u200cخواهم', '葛\u{E0100}城', 'Ada 👩‍🔬', 'ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ', 'שָׁלוֹם'])(
    'may be %j',
    (value) => expect(problem(personName(1, 100), value)).toBeUndefined(),
  )

  test.each([
    ...[
      'Ada\u200bLovelace',
      'Ada\u00ad',
      'Ada\ufeff!',
      'Ada\u2060L',
      'Ada\u200e',
      'Ada\u061c',
      'Ada\u3164',
      'Ada\u2800',
    ],
    ...['Ada\u{E0041}', 'Ada\u2062L', 'Ada\u202e', 'Ada\n', `A${'\u0301\u0316'.repeat(6)}da`].map((name) => `${name}.`),
  ])('must not be %j', (value) =>
    expect(problem(personName(1, 100), value)).toMatch(/^must (not|be one|have at most 8)/),
  )
})

describe('paragraphs', () => {
  test.each(['', 'two\nlines\r\n\tand more', 'مرحبا', 'a\u200bb', '👩‍🔬'])('may be %j', (value) =>
    expect(problem(paragraphs(0, 20), value)).toBeUndefined(),
  )

  test.each(['a\u001b[31mb', 'a\u0007b', 'a\u0085b', 'a\u202eb', 'a\u2066b'])('must not be %j', (value) =>
    expect(problem(paragraphs(0, 20), value)).toMatch(/^must not contain control characters/),
  )
})
