import MarkdownIt from 'markdown-it'

/**
 * Finds blocks, and leaves what is within a line to `plainText`: most of a post is never needed. `html` so that tags are
 * recognized, and left out.
 */
const markdown = new MarkdownIt({ html: true })
markdown.core.ruler.disable('inline')

/** Code points of Markdown that are read: nested images take 30 ms for so many, and 500 for a whole body. */
const LONGEST = 5_000

/** The addresses of links and images that would take up much of that, such as those that contain an image. */
const longAddress = /(?<=\]\()[^\s()]{200,}/g

/** HTML whose content is not text of the post. */
const notText = /^\s*<(?:script|style)\b/i

/** Control characters, and marks that change the direction of the text after them: this text is shown beside others. */
const unshown = /(?!\s)[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu

/**
 * The beginning of a Markdown text without its markup, on one line: the text of headings, lists, tables, links and code
 * within a line, and what images show instead. Code blocks, HTML tags and comments are left out.
 * @param enough stops at the end of the block with this number of UTF-16 units
 */
export function plainText(body: string, enough: number): string {
  const read = firstCodePoints(body.replaceAll(longAddress, '#'), LONGEST)
  const env = {}
  let text = ''
  for (const block of markdown.parse(read, env)) {
    if (block.type !== 'inline' && (block.type !== 'html_block' || notText.test(block.content))) continue
    const tokens: Tokens = []
    markdown.inline.parse(block.content, markdown, env, tokens)
    text = `${text} ${textOf(tokens).replaceAll(unshown, '').replaceAll(/\s+/g, ' ').trim()}`.trim()
    if (text.length >= enough) break
  }
  return text
}

type Tokens = ReturnType<typeof markdown.parse>

/** The text of what is within a line. */
const textOf = (tokens: Tokens): string =>
  tokens
    .map(({ type, content, children }) => {
      if (type === 'softbreak' || type === 'hardbreak') return ' '
      if (type === 'html_inline') return ''
      return type === 'image' ? textOf(children ?? []) : content
    })
    .join('')

/** The first code points of a text. */
export function firstCodePoints(text: string, most: number): string {
  if (text.length <= most) return text
  let end = 0
  for (let n = 0; n < most && end < text.length; n++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  return text.slice(0, end)
}
