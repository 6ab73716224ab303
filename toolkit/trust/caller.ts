import { z } from 'zod'

/** The caller, as identified by the access token. Null when nobody is signed in. */
export type Actor = {
  readonly userId: string
  readonly roles: readonly string[]
  /** The session that the token belongs to; null when another issuer made it. */
  readonly sessionId: string | null
} | null

/** The client of a request, as the gateway passes it on. */
export type CallerClaims = {
  readonly actor: Actor
  /** The client's network address, for throttling. */
  readonly address: string | null
}

const claims = z.object({
  actor: z.object({ userId: z.uuid(), roles: z.array(z.string()), sessionId: z.uuid().nullable() }).nullable(),
  address: z.string().nullable(),
})

const nobody: CallerClaims = { actor: null, address: null }

export const encodeCaller = (caller: CallerClaims): string => Buffer.from(JSON.stringify(caller)).toString('base64url')

/** @throws when it is invalid. Since it was signed, that is a fault and not an attack */
export const decodeCaller = (header: string | undefined): CallerClaims =>
  header === undefined ? nobody : claims.parse(JSON.parse(Buffer.from(header, 'base64url').toString()))
