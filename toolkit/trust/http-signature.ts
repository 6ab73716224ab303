import { createHmac, hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { readDictionary, readParameters } from './structured-fields.ts'

/**
 * The supported part of RFC 9421 (HTTP Message Signatures) and RFC 9530 (Content-Digest): HMAC-SHA256 over components
 * without parameters, and the signature parameters created, keyid and alg. Anything else is refused, since a parameter
 * that is not understood may restrict the meaning of the signature.
 */

/** The input of one signature. */
export type SignatureInput = {
  /** The covered components: header names in lower case, and derived components, which begin with `@`. */
  readonly components: readonly string[]
  /** Unix time in seconds. */
  readonly created: number
  /** Letters, digits and `_./-`. */
  readonly keyId: string
}

/** A signature and its input, as read from a request. */
export type ReadSignature = SignatureInput & {
  /** The input's canonical form, which is signed too. */
  readonly params: string
  /** In base64, 44 characters. */
  readonly signature: string
}

const ALGORITHM = '"hmac-sha256"'

const component = String.raw`"@?[a-z0-9!#$%&'*+.^_\x60|~-]+"`
const input = new RegExp(String.raw`^\( *(${component}(?: +${component})*) *\)(.*)$`)

type ReadInput = Omit<ReadSignature, 'signature'>

/** The number of parsed inputs to cache. A caller's requests within one second mostly have the same input. */
const KEPT = 100

/**
 * Reads the signature with one label from the headers `Signature-Input` and `Signature`. Ignores other labels, and
 * refuses headers with a duplicate label.
 */
export function signatureReader(label: string) {
  const kept = new LRUCache<string, ReadInput>({ max: KEPT })
  const read = (signatureInput: string): ReadInput | 'unsigned' | 'malformed' => {
    const inputs = readDictionary(signatureInput)
    const ours = inputs?.get(label)
    if (inputs && ours === undefined) return 'unsigned'
    const input = readInput(ours ?? '')
    if (input) kept.set(signatureInput, input)
    return input ?? 'malformed'
  }
  return (signatureInput = '', signature = ''): ReadSignature | 'unsigned' | 'malformed' => {
    const input = kept.get(signatureInput) ?? read(signatureInput)
    const signatures = readDictionary(signature)
    const ours = signatures?.get(label)
    if (input === 'unsigned' && signatures && ours === undefined) return 'unsigned'
    if (typeof input === 'string' || !ours || !/^:[A-Za-z0-9+/]{43}=:$/.test(ours)) return 'malformed'
    return { ...input, signature: ours.slice(1, -1) }
  }
}

function readInput(text: string): ReadInput | undefined {
  const [, listed = '', parameters = ''] = input.exec(text) ?? []
  const given = readParameters(parameters)
  const created = given?.get('created') ?? ''
  const keyId = given?.get('keyid') ?? ''
  const understood = given?.size === (given?.has('alg') ? 3 : 2) && (given?.get('alg') ?? ALGORITHM) === ALGORITHM
  if (!understood || !/^[1-9]\d*$/.test(created) || !/^"[\w./-]+"$/.test(keyId)) return undefined
  // No component name contains a quotation mark: the pattern above excludes them.
  const components = listed.split('"').filter((_, at) => at % 2 === 1)
  if (new Set(components).size < components.length) return undefined
  const params = `(${listed.replace(/ {2,}/g, ' ')})${parameters.replaceAll(' ', '')}`
  return { components, created: Number(created), keyId: keyId.slice(1, -1), params }
}

/** The canonical form of a signature's input. */
export function signatureParams({ components, created, keyId }: SignatureInput): string {
  let list = ''
  for (const name of components) list += `${list && ' '}"${name}"`
  return `(${list});created=${created};keyid="${keyId}"`
}

/**
 * @param params the input's canonical form
 * @param valueFor returns the value of a component
 * @returns the signature in base64; undefined when a component has no value, and so cannot be signed
 */
export function signatureOf(
  secret: string | Uint8Array,
  { components, params }: { readonly components: readonly string[]; readonly params: string },
  valueFor: (component: string) => string | undefined,
): string | undefined {
  let base = ''
  for (const name of components) {
    const value = valueFor(name)
    if (value === undefined) return undefined
    base += `"${name}": ${value}\n`
  }
  // Node reads headers as Latin-1, one character per byte, so these are the received bytes.
  return createHmac('sha256', secret).update(`${base}"@signature-params": ${params}`, 'latin1').digest('base64')
}

/** The header `Content-Digest` of a body. */
export const contentDigest = (body: string | Uint8Array): string => `sha-256=:${hash('sha256', body, 'base64')}:`

/** Whether a header `Content-Digest` contains the body's SHA-256. Digests of other algorithms are ignored. */
export const hasDigestOf = (header: string, body: string | Uint8Array): boolean =>
  `sha-256=${readDictionary(header)?.get('sha-256')}` === contentDigest(body)
