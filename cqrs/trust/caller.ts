import { z } from 'zod'
import type { Actor } from '../command/command.ts'

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
