import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { parse as parseUuid, stringify as uuidText } from 'uuid'

export type RefreshToken = { readonly token: string; readonly hash: Buffer<ArrayBuffer> }

/**
 * Makes refresh tokens, and recognizes its own. A token contains the id of its session, for which only the hash of the
 * current token is stored. An own token that is not current was used before. The MAC prevents forged tokens.
 */
export type RefreshTokens = {
  make(sessionId: string): RefreshToken
  /** @returns the session that a token was made for, current or not; undefined when this service did not make it */
  sessionOf(token: string): string | undefined
}

const ID_BYTES = 16
/** Random enough that a fast hash without a salt is safe. */
const RANDOM_BYTES = 32
const MAC_BYTES = 32

/** A token is session id, random bytes and an HMAC-SHA256 of both, in base64url. @param secret derives the key */
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
      // Decoding skips characters outside base64url: a current token with a trailing space must not count as used.
      if (bytes.toString('base64url') !== token) return undefined
      const payload = bytes.subarray(0, -MAC_BYTES)
      if (!timingSafeEqual(macOf(payload), bytes.subarray(-MAC_BYTES))) return undefined
      return uuidText(payload.subarray(0, ID_BYTES))
    },
  }
}

export const hashOf = (token: string): Buffer<ArrayBuffer> => createHash('sha256').update(token).digest()
