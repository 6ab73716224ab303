import { hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, type JWK } from 'jose'

/**
 * Private keys are stored as JWE (AES-256-GCM), encrypted with a key that is derived from the service's secret. The
 * database without the secret cannot be used to sign.
 */
const keyOf = (secret: string) => new Uint8Array(hkdfSync('sha256', secret, '', 'inkstream signing keys', 32))

export async function seal(secret: string, key: JWK): Promise<Uint8Array<ArrayBuffer>> {
  const text = new TextEncoder().encode(JSON.stringify(key))
  const jwe = new CompactEncrypt(text).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
  return new TextEncoder().encode(await jwe.encrypt(keyOf(secret)))
}

/** @throws when it was sealed with another secret, or altered */
export async function unseal(secret: string, sealed: Uint8Array): Promise<JWK> {
  const { plaintext } = await compactDecrypt(sealed, keyOf(secret))
  return JSON.parse(new TextDecoder().decode(plaintext)) as JWK
}
