/** A word of a text, in lower case. */
export type Word = {
  readonly text: string
  /** True when PostgreSQL's parser cannot find it: its script has no spaces, or it is an emoji. */
  readonly hidden: boolean
}

/** Adjacent words without a space, at least one of them hidden. */
export type Run = {
  readonly words: readonly Word[]
  /** True after a "-": a search excludes it. */
  readonly excluded: boolean
}

const unspaced = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('')
const emoji = '\\p{Extended_Pictographic}\\p{Regional_Indicator}'

const hidden = new RegExp(`[${unspaced}${emoji}]`, 'u')
const run = new RegExp(`((?<=^|\\s)-)?[\\p{L}\\p{M}\\p{N}${emoji}\\p{Emoji_Modifier}\\u200d\\ufe0f]+`, 'gu')
/** The presentation of an emoji: skin tone, and text or emoji style. */
const looks = /[\ufe0e\ufe0f\p{Emoji_Modifier}]/gu

/**
 * A fixed locale: the projector and the search must split a text in the same way. "und" would use the locale of the
 * process's environment.
 */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/**
 * Splits off the words that PostgreSQL's parser cannot find, and words attached to them: it takes "Node入门" for one
 * word. @returns them, and the rest of the text for the parser
 */
export function splitWords(text: string): { readonly runs: readonly Run[]; readonly rest: string } {
  const runs: Run[] = []
  const rest = text.replace(run, (whole, minus: string | undefined) => {
    if (!hidden.test(whole)) return whole
    const words = [...segmenter.segment(whole)]
      .map(({ segment, isWordLike }) => ({ text: plain(segment), hidden: hidden.test(segment), isWordLike }))
      .filter((word) => word.hidden || word.isWordLike)
    runs.push({ words: words.map(({ text, hidden }) => ({ text, hidden })), excluded: minus !== undefined })
    return ' '
  })
  return { runs, rest }
}

const plain = (segment: string) => segment.toLowerCase().replace(looks, '') || segment
