import { hkdfSync } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, type JWK } from 'jose'

/**
 * A private key as it is stored: a JWE by AES-256-GCM, under a key that is derived from the service's secret. Whoever
 * has the database and not the secret can sign nothing.
 */
const keyOf = (secret: string) => new Uint8Array(hkdfSync('sha256', secret, '', 'inkstream signing keys', 32))

export async function seal(secret: string, key: JWK): Promise<Uint8Array<ArrayBuffer>> {
  const text = new TextEncoder().encode(JSON.stringify(key))
  const jwe = new CompactEncrypt(text).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
  return new TextEncoder().encode(await jwe.encrypt(keyOf(secret)))
}

/** @throws when it was sealed under another secret, or altered */
export async function unseal(secret: string, sealed: Uint8Array): Promise<JWK> {
  const { plaintext } = await compactDecrypt(sealed, keyOf(secret))
  return JSON.parse(new TextDecoder().decode(plaintext)) as JWK
}
