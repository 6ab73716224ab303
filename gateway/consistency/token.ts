import { createHmac, timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { GOOD_FOR_S, newestEntries } from './entry.ts'
import { fromBytes, type TokenContent, toBytes } from './token-bytes.ts'

/** The most entries of a token, and its most characters. */
export const MOST_ENTRIES = 32
export const MOST_CHARACTERS = 1_200

/** Bytes of the signature: enough that nobody finds one by trying. */
const SIGNATURE_BYTES = 16

/** How many tokens are remembered as genuine: clients send the same one again and again. */
const MOST_REMEMBERED = 1_000

/** Content and signature, both base64url; the signature has 22 characters. */
const form = /^([\w-]+)\.([\w-]{22})$/

/** Why a token is refused. */
export type UnreadableToken = 'malformed' | 'signature' | 'expired'

export type ConsistencyTokens = {
  /** @param now in seconds since 1970 */
  make(content: TokenContent, now: number): string
  /** Never throws. Entries that are no longer good are left out. */
  read(token: string, now: number): TokenContent | UnreadableToken
}

/**
 * Consistency tokens: what a client must see, signed, so that nobody can find out what exists by asking for it. A client
 * stores and sends them and does not look into them.
 *
 * A token has the newest entries only. If entries that are still good had to be left out, it says until when that
 * matters.
 * @param keys the newest first: it signs, and all of them are accepted
 */
export function createConsistencyTokens(keys: readonly [string, ...string[]]): ConsistencyTokens {
  const signed = (payload: string, key: string) =>
    createHmac('sha256', key).update(payload).digest().subarray(0, SIGNATURE_BYTES).toString('base64url')
  const write = (content: TokenContent, now: number) => {
    const payload = toBytes(content, now).toString('base64url')
    return `${payload}.${signed(payload, keys[0])}`
  }

  const genuine = new LRUCache<string, true>({ max: MOST_REMEMBERED })
  function isGenuine(token: string, payload: string, signature: string): boolean {
    if (genuine.has(token)) return true
    // As text: of the last character of base64url some bits mean nothing.
    const isOf = (key: string) => timingSafeEqual(Buffer.from(signed(payload, key)), Buffer.from(signature))
    if (!keys.some(isOf)) return false
    genuine.set(token, true)
    return true
  }

  return {
    make({ entries, incompleteUntil }, now) {
      const good = newestEntries(entries).filter(({ at }) => at + GOOD_FOR_S > now)
      for (let kept = Math.min(good.length, MOST_ENTRIES); ; kept--) {
        const lacksUntil = good.slice(kept).map(({ at }) => at + GOOD_FOR_S)
        const content = { entries: good.slice(0, kept), incompleteUntil: Math.max(incompleteUntil, ...lacksUntil) }
        const token = write(content, now)
        // Long names of topics, which other teams may have, leave room for fewer entries.
        if (token.length <= MOST_CHARACTERS) return token
      }
    },
    read(token, now) {
      const [, payload, signature] = form.exec(token) ?? []
      if (payload === undefined || signature === undefined) return 'malformed'
      if (!isGenuine(token, payload, signature)) return 'signature'
      try {
        return fromBytes(Buffer.from(payload, 'base64url'), now) ?? 'expired'
      } catch {
        // A newer gateway made it.
        return 'malformed'
      }
    },
  }
}
