import { Lexer, Source, TokenKind } from 'graphql'

/** Nested brackets: far more than an operation within the other limits has, and far fewer than fill a stack. */
export const NESTING = 200

const opening = new Set<string>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const closing = new Set<string>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

/**
 * Whether selections, values or types are nested too deep. The parser is recursive, and would report a stack overflow.
 * @param maxTokens reads at most this many, since the parser refuses more
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
    // The parser reports invalid tokens, with their location.
  }
  return false
}
