import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Key, KeysByPeer } from './keys.ts'
import type { Refusal } from './refusal.ts'

/**
 * Requests between processes are signed with HMAC-SHA256 over method, path, time, body and every header that is
 * trusted. A signature is good for 30 seconds around its time: within them a request that somebody overheard can be
 * sent again, which the network between the processes has to prevent.
 */

export const SIGNATURE_HEADER = 'inkstream-signature'

/** Who the request is made for, as the gateway verified it. See caller.ts. */
export const CALLER_HEADER = 'inkstream-caller'

/** Headers that the callee believes, so all of them are signed. */
const TRUSTED_HEADERS = [CALLER_HEADER, 'traceparent'] as const

/** How far a signature's time may be from ours, in milliseconds. */
const WINDOW_MS = 30_000

export type SignedRequest = {
  readonly method: string
  /** Path and query, as sent. */
  readonly path: string
  readonly body: string | Uint8Array
  readonly header: (name: string) => string | undefined
}

/** @returns the value of the signature header; made anew for each attempt, since it carries the time */
export function sign(caller: string, key: Key, request: SignedRequest, now = Date.now()): string {
  const time = String(now)
  return `v1 ${caller} ${key.id} ${time} ${mac(key, caller, time, request).toString('base64url')}`
}

/**
 * Whether a request comes from whom it says. The time is judged last: only a caller that has the key is told how far its
 * clock is off.
 */
export function verify(
  keys: KeysByPeer,
  request: SignedRequest,
  now = Date.now(),
): { readonly caller: string } | { readonly refused: Refusal } {
  const header = request.header(SIGNATURE_HEADER)
  if (!header) return { refused: { reason: 'unsigned' } }
  const [version, caller = '', keyId, time = '', given = '', ...rest] = header.split(' ')
  if (version !== 'v1' || rest.length > 0 || !/^\d{1,15}$/.test(time)) return { refused: { reason: 'malformed' } }
  const ofCaller = keys.get(caller)
  if (!ofCaller) return { refused: { reason: 'unknown_key' } }
  const key = ofCaller.find(({ id }) => id === keyId)
  if (!key) return { refused: { reason: 'unknown_key', caller } }
  const expected = mac(key, caller, time, request)
  const actual = Buffer.from(given, 'base64url')
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected))
    return { refused: { reason: 'wrong_signature', caller } }
  const aheadMs = Number(time) - now
  if (Math.abs(aheadMs) > WINDOW_MS)
    return { refused: { reason: 'stale', caller, aheadS: Math.round(aheadMs / 1_000) } }
  return { caller }
}

function mac(key: Key, caller: string, time: string, { method, path, body, header }: SignedRequest): Buffer {
  const trusted = TRUSTED_HEADERS.map((name) => `${name}:${header(name) ?? ''}`)
  const digest = createHash('sha256').update(body).digest('base64url')
  return createHmac('sha256', key.secret)
    .update(['v1', caller, key.id, time, method.toUpperCase(), path, digest, ...trusted].join('\n'))
    .digest()
}
