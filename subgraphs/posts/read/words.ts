/** A word of a text, in lower case. */
export type Word = {
  readonly text: string
  /** PostgreSQL's parser would not find it: it stands in a script without spaces, or is an emoji. */
  readonly hidden: boolean
}

/** Words that stand together without a space, one of them hidden at least. */
export type Run = {
  readonly words: readonly Word[]
  /** With a "-" before it: in a search, it is what is not wanted. */
  readonly excluded: boolean
}

const unspaced = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('')
const emoji = '\\p{Extended_Pictographic}\\p{Regional_Indicator}'

const hidden = new RegExp(`[${unspaced}${emoji}]`, 'u')
const run = new RegExp(`((?<=^|\\s)-)?[\\p{L}\\p{M}\\p{N}${emoji}\\p{Emoji_Modifier}\\u200d\\ufe0f]+`, 'gu')
/** How an emoji looks: its skin, and whether it is drawn in colour. */
const looks = /[\ufe0e\ufe0f\p{Emoji_Modifier}]/gu

/**
 * Of one locale: a text must be split alike by whoever projects it and whoever looks for it. "und" would be the one that
 * the process has from its environment.
 */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' })

/**
 * The words of a text that PostgreSQL's parser cannot find, and those that are glued to one: "Node入门" is one word to
 * it. They come with what is left of the text for the parser.
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
