import { timingSafeEqual } from 'node:crypto'
import {
  contentDigest,
  hasDigestOf,
  type ReadSignature,
  signatureOf,
  signatureParams,
  signatureReader,
} from './http-signature.ts'
import type { Key, KeysByPeer } from './keys.ts'
import type { Refusal } from './refusal.ts'

/**
 * Requests between processes are signed as HTTP messages (RFC 9421). The signature lists what it covers, so another
 * trusted header needs only a line in TRUSTED_HEADERS. A signature is valid for 30 seconds around its time. Within that
 * time an intercepted request could be replayed, which the network between the processes must prevent.
 */

/** The label of the signature that is verified; other signatures are ignored. */
const LABEL = 'inkstream'
const readSignature = signatureReader(LABEL)

/** Names the client of a request, as verified by the gateway. See caller.ts. */
export const CALLER_HEADER = 'inkstream-caller'

/** The components that every signature covers. */
const ALWAYS = ['@method', '@path', '@query', 'content-digest'] as const

/** Headers that the callee trusts. A signature must cover those that the request has, and may cover others. */
const TRUSTED_HEADERS = [CALLER_HEADER, 'traceparent'] as const

/** The maximum difference between a signature's time and the local clock, in milliseconds. */
const WINDOW_MS = 30_000

export type SignedRequest = {
  readonly method: string
  /** The path and query, as in the request line. */
  readonly path: string
  readonly body: string | Uint8Array
  /** Returns a header's value, given its name in lower case. */
  readonly header: (name: string) => string | undefined
}

/** @returns the headers to add. Sign each attempt again, since they contain the time */
export function sign(caller: string, key: Key, request: SignedRequest, now = Date.now()): Record<string, string> {
  const { method, path, header, body } = request
  const digest = contentDigest(body)
  const valueFor = componentsOf({ method, path, header: (name) => (name === 'content-digest' ? digest : header(name)) })
  const components = mustCover(request)
  const params = signatureParams({ components, created: Math.floor(now / 1_000), keyId: `${caller}/${key.id}` })
  const signature = signatureOf(key.secret, { components, params }, valueFor)
  return {
    'content-digest': digest,
    'signature-input': `${LABEL}=${params}`,
    signature: `${LABEL}=:${signature}:`,
  }
}

/**
 * Verifies the caller of a request. The time is checked after the signature, so that only a caller with the key learns
 * how far its clock is off. The body is checked last, so that only such a caller can cause it to be hashed.
 */
export function verify(
  keys: KeysByPeer,
  request: SignedRequest,
  now = Date.now(),
): { readonly caller: string } | { readonly refused: Refusal } {
  const signed = readSignature(request.header('signature-input'), request.header('signature'))
  if (typeof signed === 'string') return { refused: { reason: signed } }
  const slash = signed.keyId.lastIndexOf('/')
  const caller = signed.keyId.slice(0, slash)
  const keyId = signed.keyId.slice(slash + 1)
  const ofCaller = keys.get(caller)
  if (!ofCaller) return { refused: { reason: 'unknown_key' } }
  const key = ofCaller.find(({ id }) => id === keyId)
  const refused = key ? refusalOf(signed, key, request, now) : ({ reason: 'unknown_key' } as const)
  if (!refused) return { caller }
  const { reason, ...more } = refused
  return { refused: { reason, caller, ...more } }
}

function refusalOf(signed: ReadSignature, key: Key, request: SignedRequest, now: number): Refusal | undefined {
  if (mustCover(request).some((name) => !signed.components.includes(name))) return { reason: 'not_covered' }
  const expected = signatureOf(key.secret, signed, componentsOf(request))
  if (!expected) return { reason: 'missing_component' }
  if (!timingSafeEqual(Buffer.from(signed.signature), Buffer.from(expected))) return { reason: 'wrong_signature' }
  const aheadMs = signed.created * 1_000 - now
  if (Math.abs(aheadMs) > WINDOW_MS) return { reason: 'stale', aheadS: Math.round(aheadMs / 1_000) }
  return hasDigestOf(request.header('content-digest') ?? '', request.body) ? undefined : { reason: 'wrong_digest' }
}

function mustCover({ header }: SignedRequest): readonly string[] {
  const present = TRUSTED_HEADERS.filter((name) => header(name) !== undefined)
  return [...ALWAYS, ...present]
}

/** The components that a signature can cover: headers, and RFC 9421's derived ones that proxies need not change. */
const componentsOf = ({ method, path, header }: Pick<SignedRequest, 'method' | 'path' | 'header'>) => {
  const queryAt = path.indexOf('?')
  return (name: string): string | undefined => {
    if (!name.startsWith('@')) return header(name)
    if (name === '@method') return method
    if (name === '@path') return queryAt < 0 ? path : path.slice(0, queryAt)
    // By the RFC, "?" also represents a missing query.
    if (name === '@query') return queryAt < 0 ? '?' : path.slice(queryAt)
    return undefined
  }
}
