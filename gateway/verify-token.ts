import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import type { TokenKeys } from './token-keys.ts'

/**
 * What a token says, if one of the issuer's keys signed it.
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
    // A token that names no key shows by its signature alone that the issuer may have a new one.
    if (!(error instanceof errors.JWSSignatureVerificationFailed) || decodeProtectedHeader(token).kid !== undefined)
      throw error
    await keys.renew()
    return byAnyKey(token, keys, options)
  }
}

/** Several keys may fit a token that does not name its own. */
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
