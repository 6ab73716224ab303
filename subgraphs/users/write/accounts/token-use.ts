import type { RefreshToken } from './refresh-tokens.ts'
import type { CurrentToken } from './store.ts'

/** How long a refresh token that was just used is answered again, in milliseconds. */
export const REPEATABLE_MS = 30_000

/**
 * What presenting a refresh token means: it is the session's current one; the same exchange is asked for again, because
 * two tabs refresh at once or a reply was lost; or it was used before, so one of its two users must have stolen it.
 */
export type TokenUse = 'current' | 'repeated' | 'reused'

/**
 * A token that was used is known by its successor, which only this service can compute: nothing is stored of it. While
 * the successor is current, nobody has used the successor.
 * @param successor of the presented token
 */
export function useOf(presented: Uint8Array, successor: RefreshToken, { hash, ageMs }: CurrentToken): TokenUse {
  const current = Buffer.from(hash)
  if (current.equals(presented)) return 'current'
  // The database's clock may have been set back by more than the time in which a repetition is expected.
  const isRecent = ageMs !== null && Math.abs(ageMs) < REPEATABLE_MS
  return isRecent && current.equals(successor.hash) ? 'repeated' : 'reused'
}
