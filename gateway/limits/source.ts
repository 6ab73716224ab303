import type { Refusal } from '../errors/refusal.ts'
import { isNestedTooDeep, NESTING } from './nesting.ts'

/** In UTF-16 code units: fits two of the longest posts as literals. The token limit does not count comments. */
const MOST = 256 * 1024

/**
 * Why a document is not parsed: it would take too long, whatever it contains (1 MB of comments takes 200 ms), or
 * overflow the stack.
 */
export function sourceRefusal(source: string, maxTokens: number): Refusal | undefined {
  if (source.length > MOST)
    return {
      code: 'BAD_REQUEST',
      message: `The document has ${source.length} characters, and ${MOST} are allowed: send long texts as variables.`,
    }
  if (isNestedTooDeep(source, maxTokens))
    return {
      code: 'GRAPHQL_VALIDATION_FAILED',
      message: `Nesting limit of ${NESTING} exceeded: so many brackets of selections, values or types may be open at once.`,
    }
}
