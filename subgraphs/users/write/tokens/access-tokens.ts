import { SignJWT } from 'jose'
import type { SigningKeys } from './signing-keys.ts'

/** Makes access tokens: JWTs signed with EdDSA that identify the caller. The public keys verify them. */
export type AccessTokens = {
  issue(claims: {
    readonly userId: string
    readonly sessionId: string
    readonly roles: readonly string[]
  }): Promise<{ readonly accessToken: string; readonly expiresAt: Date }>
}

/** @param options.minutes how long a token is valid: it cannot be revoked earlier */
export const createAccessTokens = (options: {
  readonly keys: Pick<SigningKeys, 'ring'>
  readonly issuer: string
  readonly audience: string
  readonly minutes: number
}): AccessTokens => ({
  async issue({ userId, sessionId, roles }) {
    const { signing } = await options.keys.ring()
    const now = Math.floor(Date.now() / 1000)
    const expires = now + options.minutes * 60
    const accessToken = await new SignJWT({ sid: sessionId, roles })
      .setProtectedHeader({ alg: 'EdDSA', kid: signing.id })
      .setIssuer(options.issuer)
      .setAudience(options.audience)
      .setSubject(userId)
      .setIssuedAt(now)
      .setExpirationTime(expires)
      .sign(signing.privateKey)
    return { accessToken, expiresAt: new Date(expires * 1000) }
  },
})
