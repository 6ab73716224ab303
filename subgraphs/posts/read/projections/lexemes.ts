import { quoteLexeme } from '../tsvector.ts'
import { splitWords } from '../words.ts'

/** PostgreSQL's bounds: a lexeme's bytes, and the highest position. */
const LONGEST = 2_046
const LAST_POSITION = 16_383

/**
 * How much room all lexemes of a post may take, in bytes; further ones are not indexed. A whole tsvector has 1 MiB, of
 * which the words that PostgreSQL finds itself in a body of 100,000 characters can take four fifths.
 */
const ROOM = 128 * 1024
/** What a lexeme takes beside its own bytes, and what each position takes, at most. */
const LEXEME = 4
const POSITION = 2
/** Positions of one lexeme that are kept: more would change its rank by next to nothing. */
const MOST_POSITIONS = 16

/**
 * What PostgreSQL's parser cannot split of a post, as the text of a tsvector: words of title (weight A) and body (D)
 * in Chinese, Thai and the like, emoji, and what is glued to them. Never more than PostgreSQL takes.
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
