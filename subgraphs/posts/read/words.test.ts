import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitWords } from './words.ts'

const wordsOf = (text: string) => splitWords(text).runs.flatMap((run) => run.words)
const texts = (text: string) => wordsOf(text).map((word) => word.text)

describe('words that PostgreSQL cannot find are', () => {
  test.each([
    ['你好，世界', ['你好', '世界']],
    ['墨水の作り方', ['墨水', 'の', '作り方']],
    ['ภาษาไทยง่าย', ['ภาษา', 'ไทย', 'ง่าย']],
    ['🦉🎉 at night', ['🦉', '🎉']],
    ['🇫🇷🇩🇪', ['🇫🇷', '🇩🇪']],
    ['👨‍👩‍👧‍👦', ['👨‍👩‍👧‍👦']],
  ])('found in %j', (text, words) => expect(wordsOf(text)).toEqual(words.map((word) => ({ text: word, hidden: true }))))

  test.each(['On ink', 'مرحبا بالعالم', 'Ünïcode & Co. 2', 'हिन्दी में', '한국어 문장', ''])('none in %j', (text) =>
    expect(splitWords(text)).toEqual({ runs: [], rest: text }),
  )
})

test('a word attached to a hidden one is returned too, in lower case, and others are left for PostgreSQL', () =>
  expect(splitWords('On Node入门, really')).toEqual({
    runs: [
      {
        words: [
          { text: 'node', hidden: false },
          { text: '入门', hidden: true },
        ],
        excluded: false,
      },
    ],
    rest: 'On  , really',
  }))

test('a minus before a run excludes it, and is removed; a minus within a text is left for PostgreSQL', () => {
  expect(splitWords('ink -墨水')).toMatchObject({ runs: [{ excluded: true }], rest: 'ink  ' })
  expect(splitWords('ink-墨水')).toMatchObject({ runs: [{ excluded: false }], rest: 'ink- ' })
  expect(splitWords('-ink')).toEqual({ runs: [], rest: '-ink' })
})

test('an emoji is the same with any skin tone and presentation', () => {
  expect(texts('👍🏽')).toEqual(texts('👍'))
  expect(texts('❤\ufe0f')).toEqual(texts('❤'))
})

test('no word is empty, whatever the text', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      for (const word of texts(text)) expect(word).not.toBe('')
    }),
  ))
