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
 * Requests between processes are signed as HTTP messages (RFC 9421). The signature lists what it covers, so a header more
 * that the callee believes is a line in TRUSTED_HEADERS. A signature is valid for 30 seconds around its time: within them
 * a request that somebody overheard can be sent again, which the network between the processes has to prevent.
 */

/** Of the signatures of a request, the one that is ours to judge. */
const LABEL = 'inkstream'
const readSignature = signatureReader(LABEL)

/** Who the request is made for, as the gateway verified it. See caller.ts. */
export const CALLER_HEADER = 'inkstream-caller'

/** What every signature covers. */
const ALWAYS = ['@method', '@path', '@query', 'content-digest'] as const

/** Headers that the callee believes: a signature covers those that the request has. It may cover any others. */
const TRUSTED_HEADERS = [CALLER_HEADER, 'traceparent'] as const

/** How far a signature's time may be from ours, in milliseconds. */
const WINDOW_MS = 30_000

export type SignedRequest = {
  readonly method: string
  /** Path and query, as in the request line. */
  readonly path: string
  readonly body: string | Uint8Array
  /** A header's value by its name in lower case. */
  readonly header: (name: string) => string | undefined
}

/** @returns the headers to add; made again for each attempt, since they carry the time */
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
 * Whether a request comes from whom it says. The time is judged after the signature: only a caller that has the key is
 * told how far its clock is off. The body is judged last: nobody else has us hash one.
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
  return refused ? { refused: { ...refused, caller } } : { caller }
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

/** What a signature can cover: of RFC 9421's derived components those that no proxy between the processes need change. */
const componentsOf = ({ method, path, header }: Pick<SignedRequest, 'method' | 'path' | 'header'>) => {
  const queryAt = path.indexOf('?')
  return (name: string): string | undefined => {
    if (!name.startsWith('@')) return header(name)
    if (name === '@method') return method
    if (name === '@path') return queryAt < 0 ? path : path.slice(0, queryAt)
    // "?" alone stands for no query, too: so the RFC has it.
    if (name === '@query') return queryAt < 0 ? '?' : path.slice(queryAt)
    return undefined
  }
}
