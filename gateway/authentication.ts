import { jwtVerify } from 'jose'
import { z } from 'zod'
import type { Actor } from '#cqrs/command/command.ts'
import type { TokenRules } from './token-config.ts'
import { KeysUnavailable, type TokenKeys } from './token-keys.ts'
import { authenticationUnavailable, invalidToken, refusalOf, type TokenRefusal } from './token-refusal.ts'

/** How far the issuer's clock may be from ours, in seconds. */
const CLOCK_TOLERANCE_S = 5

/** Roles that one token may name at most, and characters that one may have. */
const MOST = 50

const bearer = /^bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i

const claims = z.object({
  // Keys of events are lower case.
  userId: z.uuid().transform((id) => id.toLowerCase()),
  // They go on in a header of every fetch.
  roles: z.array(z.string().max(MOST)).max(MOST).default([]),
  sessionId: z.uuid().nullable().default(null),
})

/**
 * Who asks, by the header Authorization: nobody when there is none. The token goes no further than here.
 * @throws GraphQLError INVALID_TOKEN or AUTHENTICATION_UNAVAILABLE
 */
export type Authenticate = (authorization: string | undefined) => Promise<Actor>

export function createAuthentication(options: {
  readonly rules: TokenRules
  readonly keys: Pick<TokenKeys, 'find'>
  readonly refused: (refusal: TokenRefusal) => void
}): Authenticate {
  const { rules, keys } = options
  const refuse = (refusal: TokenRefusal) => {
    options.refused(refusal)
    return invalidToken(refusal)
  }

  const payloadOf = async (token: string) => {
    try {
      const { payload } = await jwtVerify(token, keys.find, {
        algorithms: rules.algorithms,
        issuer: rules.issuer,
        audience: rules.audience,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
      })
      return payload
    } catch (error) {
      if (error instanceof KeysUnavailable) throw authenticationUnavailable()
      const refusal = refusalOf(error)
      throw refusal ? refuse(refusal) : error
    }
  }

  return async (authorization) => {
    if (authorization === undefined) return null
    const token = bearer.exec(authorization)?.[1]
    if (!token) throw refuse('header')
    const payload = await payloadOf(token)
    const actor = claims.safeParse({
      userId: payload[rules.userClaim],
      roles: payload[rules.rolesClaim],
      sessionId: rules.sessionClaim === null ? null : payload[rules.sessionClaim],
    })
    if (!actor.success) throw refuse('claims')
    return actor.data
  }
}
