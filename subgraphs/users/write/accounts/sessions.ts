import { createHash, randomBytes } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'

/** A refresh token is 32 random bytes. Only its hash is stored; one as random needs no salt, and no slow hash. */
export type RefreshToken = { readonly token: string; readonly hash: Buffer<ArrayBuffer> }

/** A session that is to be opened. */
export type NewSession = { readonly id: string; readonly refresh: RefreshToken; readonly expiresAt: Date }

export const newRefreshToken = (): RefreshToken => {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: hashOf(token) }
}

export const hashOf = (token: string): Buffer<ArrayBuffer> => createHash('sha256').update(token).digest()

/**
 * @param days how long it lasts, however often it is refreshed: so what a session keeps of its used tokens is bounded
 */
export const newSession = (days: number): NewSession => ({
  id: uuidv7(),
  refresh: newRefreshToken(),
  expiresAt: new Date(Date.now() + days * 86_400_000),
})
