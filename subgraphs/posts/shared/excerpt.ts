import { firstCodePoints, plainText } from './plain-text.ts'

/** Code points of an excerpt, with the ellipsis. */
const LONGEST = 280

/** Code points at its end in which a space is looked for, before a word is split from one that it adjoins. */
const LONGEST_WORD = 40

/** A fixed locale: "und" would use that of the process's environment. */
const words = new Intl.Segmenter('en', { granularity: 'word' })
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * The beginning of a post as plain text: at most 280 code points, whole words, with an ellipsis if there is more. A
 * word that is too long alone is cut after a character, as a reader counts them.
 */
export function excerptOf(body: string): string {
  const text = plainText(body, 2 * (LONGEST + 1))
  const fitting = firstCodePoints(text, LONGEST)
  return fitting === text ? text : `${beginning(text)}…`
}

/** At most as much of a longer text as leaves room for the ellipsis. */
function beginning(text: string): string {
  const room = firstCodePoints(text, LONGEST - 1).length
  // Longer than the room, so that what follows the room still decides whether a word ends there.
  const some = firstCodePoints(text, 2 * LONGEST)
  const characters = graphemes.segment(some)
  const isEnd = (end: number) => end > 0 && end <= room && characters.containing(end)?.index === end

  const space = some.lastIndexOf(' ', room)
  const atSpace = space >= room - LONGEST_WORD && isEnd(space) ? space : undefined
  const end = atSpace ?? starts(words.segment(some)).findLast(isEnd) ?? starts(characters).findLast(isEnd) ?? 0
  // "Yes, …" should be "Yes…".
  const shorter = some.slice(0, end).replace(punctuation, '').length
  return some.slice(0, isEnd(shorter) ? shorter : end)
}

/** At the end of a text with something else before it. */
const punctuation = /(?<=[^\s\p{P}])[\s\p{P}]+$/u

/** Where segments begin, and so where those before them end. */
const starts = (segments: Intl.Segments): number[] => [...segments].map(({ index }) => index)
