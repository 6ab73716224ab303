import { cookieTokens } from './cookies.ts'
import { type DatedEntry, GOOD_FOR_S } from './entry.ts'
import type { ConsistencyTokens, UnreadableToken } from './token.ts'

/** The request's and the reply's header. */
export const TOKEN_HEADER = 'consistency-token'

/** The most tokens and characters of a header, and of all cookies. */
const MOST_IN_HEADER = 8
const MOST_IN_COOKIES = 32
const MOST_CHARACTERS = 4_096

/** What of a request's tokens is not waited for, and why. */
export type ConsistencyTokenRefusal = UnreadableToken | 'too_large' | 'incomplete'

/** What a request says that its answer must contain. */
export type RequestTokens = {
  /** How many tokens it brought. */
  readonly count: number
  readonly entries: readonly DatedEntry[]
  readonly refused: ReadonlySet<ConsistencyTokenRefusal>
  /** Until when its tokens lack something that must be seen, in seconds since 1970. */
  readonly incompleteUntil: number
  /** Names of the cookies that brought tokens. */
  readonly cookies: readonly string[]
}

/**
 * Reads the tokens of a request. Each is judged on its own, and none is an error: a refused token is not waited for.
 * Too many, or too long ones, are all refused, unread.
 * @param headers `cookie` only when cookies are in use
 * @param now in seconds since 1970
 * @returns undefined for a request that brings none
 */
export function readTokens(
  headers: { readonly [TOKEN_HEADER]?: string | undefined; readonly cookie?: string | undefined },
  tokens: ConsistencyTokens,
  now: number,
): RequestTokens | undefined {
  const header = headers[TOKEN_HEADER]
  const cookies = cookieTokens(headers.cookie)
  if (header === undefined && cookies.length === 0) return undefined

  const refused = new Set<ConsistencyTokenRefusal>()
  const entries: DatedEntry[] = []
  let incompleteUntil = 0
  const readAll = (given: readonly string[], characters: number, most: number) => {
    if (given.length > most || characters > MOST_CHARACTERS) {
      refused.add('too_large')
      incompleteUntil = now + GOOD_FOR_S
      return
    }
    for (const token of given) {
      const content = tokens.read(token, now)
      if (typeof content === 'string') {
        refused.add(content)
        // What it had is not known. (One that has expired had nothing that must be seen any more.)
        if (content !== 'expired') incompleteUntil = now + GOOD_FOR_S
        continue
      }
      entries.push(...content.entries)
      if (content.incompleteUntil > now) refused.add('incomplete')
      incompleteUntil = Math.max(incompleteUntil, content.incompleteUntil)
    }
  }

  const inHeader = header?.split(',').map((token) => token.trim())
  const given = inHeader?.filter(Boolean) ?? []
  if (header !== undefined && given.length === 0) refused.add('malformed')
  readAll(given, header?.length ?? 0, MOST_IN_HEADER)
  const inCookies = cookies.map(({ token }) => token)
  readAll(inCookies, inCookies.join('').length, MOST_IN_COOKIES)
  return {
    count: given.length + cookies.length,
    entries,
    refused,
    incompleteUntil,
    cookies: cookies.map(({ name }) => name),
  }
}
