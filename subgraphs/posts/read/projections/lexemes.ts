import { quoteLexeme } from '../tsvector.ts'
import { splitWords } from '../words.ts'

/** PostgreSQL's limits: the bytes of a lexeme, and the highest position. */
const LONGEST = 2_046
const LAST_POSITION = 16_383

/**
 * Limit for all lexemes of a post together, in bytes; further ones are not indexed. A tsvector can hold 1 MiB, and the
 * words that PostgreSQL itself finds in a body of 100,000 characters can take four fifths of that.
 */
const ROOM = 128 * 1024
/** Upper bounds in bytes: the overhead of a lexeme, and the size of each position. */
const LEXEME = 4
const POSITION = 2
/** Stored positions of one lexeme: more would hardly change the rank. */
const MOST_POSITIONS = 16

/**
 * The words of a post that PostgreSQL's parser cannot split, as tsvector text: words of title (weight A) and body (D)
 * in Chinese, Thai and similar scripts, emoji, and words attached to them. Stays within PostgreSQL's limits.
 */
export function lexemesOf(title: string, body: string): string {
  const positions = new Map<string, string[]>()
  let position = 0
  let room = ROOM
  const add = (text: string, weight: 'A' | 'D') => {
    for (const word of splitWords(text).runs.flatMap((run) => run.words)) {
      position = Math.min(position + 1, LAST_POSITION)
      const bytes = Buffer.byteLength(word.text)
      const known = positions.get(word.text)
      const takes = POSITION + (known ? 0 : bytes + LEXEME)
      if (bytes > LONGEST || takes > room || (known?.length ?? 0) >= MOST_POSITIONS) continue
      room -= takes
      const here = `${position}${weight}`
      if (known) known.push(here)
      else positions.set(word.text, [here])
    }
  }
  add(title, 'A')
  add(body, 'D')
  return [...positions].map(([word, places]) => `${quoteLexeme(word)}:${places.join(',')}`).join(' ')
}
