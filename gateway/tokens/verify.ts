import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { TokenKeys } from './keys.ts'

/**
 * Returns a token's claims if one of the issuer's keys signed it.
 * @throws KeysUnavailable, or jose's errors for what is wrong with the token
 */
export async function verifyToken(
  token: string,
  keys: Pick<TokenKeys, 'find' | 'renew'>,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return await byAnyKey(token, keys, options)
  } catch (error) {
    // Only a failed signature shows that a token without a key id may need a new key of the issuer.
    if (!(error instanceof errors.JWSSignatureVerificationFailed) || decodeProtectedHeader(token).kid !== undefined)
      throw error
    await keys.renew()
    return byAnyKey(token, keys, options)
  }
}

/** Several keys may match a token that names none. */
async function byAnyKey(
  token: string,
  { find }: Pick<TokenKeys, 'find'>,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, find, options)).payload
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error)
      try {
        return (await jwtVerify(token, key, options)).payload
      } catch (failed) {
        if (!(failed instanceof errors.JWSSignatureVerificationFailed)) throw failed
      }
    throw new errors.JWSSignatureVerificationFailed()
  }
}
