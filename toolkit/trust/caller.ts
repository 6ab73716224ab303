import { z } from 'zod'

/** Who asks, as identified by the access token. Null when nobody is signed in. */
export type Caller = {
  readonly userId: string
  readonly roles: readonly string[]
  /** The session that the token belongs to; null when another issuer made it. */
  readonly sessionId: string | null
} | null

/** A client's request, as the gateway passes it on to subgraphs. */
export type Call = {
  readonly caller: Caller
  /** The client's network address, for throttling. */
  readonly address: string | null
  /** W3C traceparent. */
  readonly trace: string | null
}

/** The caller is `actor` in the header: subgraphs of others read it too, see docs/guides/own-a-subgraph.md. */
const header = z.object({
  actor: z.object({ userId: z.uuid(), roles: z.array(z.string()), sessionId: z.uuid().nullable() }).nullable(),
  address: z.string().nullable(),
})

export const encodeCaller = ({ caller, address }: Omit<Call, 'trace'>): string =>
  Buffer.from(JSON.stringify({ actor: caller, address })).toString('base64url')

/** @throws when it is invalid. Since it was signed, that is a fault and not an attack */
export function decodeCaller(value: string | undefined): Omit<Call, 'trace'> {
  if (value === undefined) return { caller: null, address: null }
  const { actor, address } = header.parse(JSON.parse(Buffer.from(value, 'base64url').toString()))
  return { caller: actor, address }
}
