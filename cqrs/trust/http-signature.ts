import { createHmac, hash } from 'node:crypto'
import { readDictionary, readParameters } from './structured-fields.ts'

/**
 * What we use of RFC 9421 (HTTP Message Signatures) and RFC 9530 (Content-Digest): HMAC-SHA256 over components without
 * parameters, and the parameters created, keyid and alg. Anything else is refused: what is not understood may restrict
 * what the signature stands for.
 */

/** What one signature says about itself. */
export type SignatureInput = {
  /** Names of what it covers: headers in lower case, and derived components, which begin with `@`. */
  readonly components: readonly string[]
  /** Unix time in seconds. */
  readonly created: number
  readonly keyId: string
}

/** A signature's input as the request brings it. */
export type ReadSignature = SignatureInput & {
  /** The input in its canonical form, which is signed too. */
  readonly params: string
  readonly signature: Buffer
}

const ALGORITHM = '"hmac-sha256"'

const component = String.raw`"@?[a-z0-9!#$%&'*+.^_\x60|~-]+"`
const input = new RegExp(String.raw`^\( *(?:(${component}(?: +${component})*) *)?\)(.*)$`)

/**
 * One label's signature. Others' are left alone, and of those of one label that is there twice none is taken.
 * @param signatureInput the header `Signature-Input`
 * @param signature the header `Signature`
 */
export function readSignature(
  label: string,
  signatureInput: string | undefined,
  signature: string | undefined,
): ReadSignature | 'unsigned' | 'malformed' {
  const inputs = readDictionary(signatureInput ?? '')
  const signatures = readDictionary(signature ?? '')
  if (!inputs || !signatures) return 'malformed'
  const about = inputs.get(label)
  const [, encoded] = /^:([A-Za-z0-9+/]{43}=):$/.exec(signatures.get(label) ?? '') ?? []
  if (about === undefined && !signatures.has(label)) return 'unsigned'
  const read = readInput(about ?? '')
  return read && encoded ? { ...read, signature: Buffer.from(encoded, 'base64') } : 'malformed'
}

function readInput(text: string) {
  const [, listed, parameters] = input.exec(text) ?? []
  const given = parameters === undefined ? undefined : readParameters(parameters)
  if (!listed || !given) return undefined
  const components = listed.slice(1, -1).split(/" +"/)
  const { created, keyid, alg = ALGORITHM, ...unknown } = Object.fromEntries(given)
  const understood =
    /^[1-9]\d*$/.test(created ?? '') &&
    /^"[^"\\]*"$/.test(keyid ?? '') &&
    alg === ALGORITHM &&
    Object.keys(unknown).length === 0
  if (!understood || new Set(components).size < components.length) return undefined
  const params = `${list(components)}${[...given].map(([name, value]) => `;${name}=${value}`).join('')}`
  return { components, created: Number(created), keyId: (keyid ?? '').slice(1, -1), params }
}

const list = (components: readonly string[]): string => `("${components.join('" "')}")`

/** The canonical form of what a signature says about itself. */
export const signatureParams = ({ components, created, keyId }: SignatureInput): string =>
  `${list(components)};created=${created};keyid="${keyId}"`

/**
 * @param params in its canonical form
 * @param valueFor the value of a component
 * @returns undefined when a component has no value: then there is nothing that could be signed
 */
export function signatureOf(
  secret: string | Uint8Array,
  { components, params }: { readonly components: readonly string[]; readonly params: string },
  valueFor: (component: string) => string | undefined,
): Buffer | undefined {
  let base = ''
  for (const name of components) {
    const value = valueFor(name)
    if (value === undefined) return undefined
    base += `"${name}": ${value}\n`
  }
  // Headers are read as Latin-1, a character for each byte, so these are the bytes that came.
  return createHmac('sha256', secret).update(`${base}"@signature-params": ${params}`, 'latin1').digest()
}

/** The header `Content-Digest` of a body. */
export const contentDigest = (body: string | Uint8Array): string => `sha-256=:${hash('sha256', body, 'base64')}:`

/** Whether a header `Content-Digest` has the body's SHA-256. Digests by other algorithms beside it are not looked at. */
export const hasDigestOf = (header: string, body: string | Uint8Array): boolean =>
  `sha-256=${readDictionary(header)?.get('sha-256')}` === contentDigest(body)
