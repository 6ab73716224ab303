import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { parse as parseUuid, stringify as uuidText } from 'uuid'

export type RefreshToken = { readonly token: string; readonly hash: Buffer<ArrayBuffer> }

/**
 * Makes refresh tokens, and knows its own again: a token names its session, which is stored with the hash of its current
 * token alone. One that is ours and not current was used before. Nobody can make one for a session of somebody else.
 */
export type RefreshTokens = {
  make(sessionId: string): RefreshToken
  /** @returns the session that a token was made for, current or not; undefined when it was not made by us */
  sessionOf(token: string): string | undefined
}

const ID_BYTES = 16
/** So random that its hash needs no salt, and need not be slow. */
const RANDOM_BYTES = 32
const MAC_BYTES = 32

/** A token is the session's id, random bytes and an HMAC-SHA256 of both, in base64url. @param secret the key is derived from it */
export function createRefreshTokens(secret: string): RefreshTokens {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'inkstream refresh tokens', 32))
  const macOf = (payload: Uint8Array) => createHmac('sha256', key).update(payload).digest()
  return {
    make(sessionId) {
      const payload = Buffer.concat([parseUuid(sessionId), randomBytes(RANDOM_BYTES)])
      const token = Buffer.concat([payload, macOf(payload)]).toString('base64url')
      return { token, hash: hashOf(token) }
    },
    sessionOf(token) {
      const bytes = Buffer.from(token, 'base64url')
      if (bytes.length !== ID_BYTES + RANDOM_BYTES + MAC_BYTES) return undefined
      // Decoding skips what is not base64url: a current token with a space behind it must not count as a used one.
      if (bytes.toString('base64url') !== token) return undefined
      const payload = bytes.subarray(0, -MAC_BYTES)
      if (!timingSafeEqual(macOf(payload), bytes.subarray(-MAC_BYTES))) return undefined
      return uuidText(payload.subarray(0, ID_BYTES))
    },
  }
}

export const hashOf = (token: string): Buffer<ArrayBuffer> => createHash('sha256').update(token).digest()
