import type { JWTPayload } from 'jose'
import { z } from 'zod'
import type { Caller } from '#toolkit/trust/caller.ts'
import type { Refusal } from '../errors/refusal.ts'
import type { TokenRules } from './config.ts'
import { KeysUnavailable, type TokenKeys } from './keys.ts'
import { authenticationUnavailable, invalidToken, refusalOf, type TokenRefusal } from './refusal.ts'
import { verifyToken } from './verify.ts'

/** Accepted difference between the issuer's clock and this machine's, in seconds. */
const CLOCK_TOLERANCE_S = 5

const bearer = /^bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i

const claims = z.object({
  // Keys of events are in lower case.
  userId: z.uuid().transform((id) => id.toLowerCase()),
  sessionId: z.uuid().nullable().default(null),
})

/** The caller, null for an anonymous one; or why the request is refused. */
export type Authenticated = { readonly caller: Caller } | { readonly refused: Refusal }

/** Identifies the caller by the Authorization header: anonymous without one. The token is not passed on. */
export type Authenticate = (authorization: string | undefined) => Promise<Authenticated>

export function createAuthentication(options: {
  readonly rules: TokenRules
  readonly keys: Pick<TokenKeys, 'find' | 'renew'>
  readonly refused: (refusal: TokenRefusal) => void
}): Authenticate {
  const { rules, keys } = options
  const refuse = (refusal: TokenRefusal): Authenticated => {
    options.refused(refusal)
    return { refused: invalidToken(refusal) }
  }
  const accepted = {
    algorithms: rules.algorithms,
    issuer: rules.issuer,
    audience: rules.audience,
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_TOLERANCE_S,
  }

  return async (authorization) => {
    if (authorization === undefined) return { caller: null }
    const token = bearer.exec(authorization)?.[1]
    if (!token) return refuse('header')
    let payload: JWTPayload
    try {
      payload = await verifyToken(token, keys, accepted)
    } catch (error) {
      if (error instanceof KeysUnavailable) return { refused: authenticationUnavailable }
      const refusal = refusalOf(error)
      if (refusal) return refuse(refusal)
      throw error
    }
    const caller = claims.safeParse({
      userId: payload[rules.userClaim],
      sessionId: rules.sessionClaim === null ? null : payload[rules.sessionClaim],
    })
    if (!caller.success) return refuse('claims')
    return { caller: { ...caller.data, roles: rolesOf(payload[rules.rolesClaim], rules.roles) } }
  }
}

/**
 * The roles in a token that subgraphs know. Other issuers list groups by the hundred, and these roles go into a header
 * of every fetch. A claim that is not a list contains no roles.
 */
const rolesOf = (claim: unknown, known: readonly string[]): readonly string[] =>
  Array.isArray(claim) ? known.filter((role) => claim.includes(role)) : []
