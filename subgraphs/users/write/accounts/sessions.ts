import { v7 as uuidv7 } from 'uuid'
import type { RefreshToken, RefreshTokens } from './refresh-tokens.ts'

/** A session that is to be opened. */
export type NewSession = { readonly id: string; readonly refresh: RefreshToken; readonly expiresAt: Date }

/** A session that lasts for `sessionDays`, however often it is refreshed. */
export function newSession({
  refreshTokens,
  sessionDays,
}: {
  refreshTokens: RefreshTokens
  sessionDays: number
}): NewSession {
  const id = uuidv7()
  return { id, refresh: refreshTokens.make(id), expiresAt: new Date(Date.now() + sessionDays * 86_400_000) }
}
