import { errors } from 'jose'
import { gatewayErrors } from '../error-catalogue.ts'
import type { Refusal } from '../errors/refusal.ts'

const messages = {
  header: 'The header Authorization must be `Bearer` and an access token.',
  malformed: 'The access token is malformed.',
  algorithm: 'The signature algorithm of the access token is not accepted.',
  key: 'The access token is signed by an unknown key.',
  signature: 'The signature of the access token is invalid.',
  issuer: 'The issuer of the access token is not trusted.',
  audience: 'The access token is for another audience.',
  expired: 'The access token has expired.',
  not_yet_valid: 'The access token is not valid yet.',
  claims: 'A claim of the access token is missing or invalid.',
}

/** Why a token is refused. */
export type TokenRefusal = keyof typeof messages

const ofClaim: Readonly<Record<string, TokenRefusal>> = { iss: 'issuer', aud: 'audience', nbf: 'not_yet_valid' }

/** Why jose rejected a token; undefined for a fault that is not the token's. */
export function refusalOf(error: unknown): TokenRefusal | undefined {
  if (error instanceof errors.JWTExpired) return 'expired'
  if (error instanceof errors.JWTClaimValidationFailed)
    return (error.reason === 'check_failed' && ofClaim[error.claim]) || 'claims'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm'
  if (error instanceof errors.JWKSNoMatchingKey) return 'key'
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature'
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'malformed'
  return error instanceof errors.JOSENotSupported ? 'algorithm' : undefined
}

/** HTTP 401. The client must get a new token: without one it would be anonymous, which it did not ask for. */
export const invalidToken = (refusal: TokenRefusal): Refusal => ({
  code: 'INVALID_TOKEN',
  message: messages[refusal],
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
})

/** HTTP 503. The token may be valid, but the keys to verify it are not available. */
export const authenticationUnavailable: Refusal = {
  code: 'AUTHENTICATION_UNAVAILABLE',
  message: gatewayErrors.AUTHENTICATION_UNAVAILABLE.message,
}
