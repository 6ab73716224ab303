import { Lexer, Source, TokenKind } from 'graphql'

/** Brackets in each other: far more than an operation within the other limits has, and far less than a stack takes. */
export const NESTING = 200

const opening = new Set<string>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const closing = new Set<string>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

/**
 * Whether selections, values or types are nested deeper than is allowed. The parser calls itself for each level, and
 * would report that its stack is full.
 * @param maxTokens as many are read, since the parser refuses what has more
 */
export function isNestedTooDeep(text: string, maxTokens: number): boolean {
  const lexer = new Lexer(new Source(text))
  let depth = 0
  try {
    for (let tokens = 0; tokens <= maxTokens; tokens++) {
      const { kind } = lexer.advance()
      if (kind === TokenKind.EOF) return false
      if (opening.has(kind)) depth++
      if (closing.has(kind)) depth--
      if (depth > NESTING) return true
    }
  } catch {
    // What is no token is reported by the parser, with its place.
  }
  return false
}
