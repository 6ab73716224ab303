import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { parse as parseUuid, stringify as uuidText } from 'uuid'

/** A refresh token, and the SHA-256 that is stored of it. */
export type RefreshToken = { readonly token: string; readonly hash: Buffer<ArrayBuffer> }

/**
 * Makes refresh tokens, and recognizes its own. A token contains the id of its session, for which only the hash of the
 * current token is stored. An own token that is not current was used before. The MAC prevents forged tokens.
 */
export type RefreshTokens = {
  make(sessionId: string): RefreshToken
  /** The token that replaces another one of its session: always the same, so that an answer that was lost can be given again. */
  successorOf(token: string, sessionId: string): RefreshToken
  /** @returns the session that a token was made for, current or not; undefined when this service did not make it */
  sessionOf(token: string): string | undefined
}

const ID_BYTES = 16
/** Unpredictable enough that a fast hash without a salt is safe. */
const RANDOM_BYTES = 32
const MAC_BYTES = 32

/**
 * A token is session id, 32 bytes and an HMAC-SHA256 of both, in base64url. The 32 bytes are random in a session's first
 * token. In each later one they are an HMAC-SHA256 of the token before: who has a token, and not the secret, cannot
 * compute the next.
 * @param secret derives both keys
 */
export function createRefreshTokens(secret: string): RefreshTokens {
  const keyFor = (use: string) => Buffer.from(hkdfSync('sha256', secret, '', use, 32))
  const key = keyFor('inkstream refresh tokens')
  const successorKey = keyFor('inkstream successors of refresh tokens')
  const macOf = (payload: Uint8Array) => createHmac('sha256', key).update(payload).digest()
  const tokenOf = (sessionId: string, bytes: Uint8Array): RefreshToken => {
    const payload = Buffer.concat([parseUuid(sessionId), bytes])
    const token = Buffer.concat([payload, macOf(payload)]).toString('base64url')
    return { token, hash: hashOf(token) }
  }
  return {
    make: (sessionId) => tokenOf(sessionId, randomBytes(RANDOM_BYTES)),
    successorOf: (token, sessionId) => tokenOf(sessionId, createHmac('sha256', successorKey).update(token).digest()),
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
