import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Call } from '#toolkit/trust/caller.ts'
import { readTraceparent } from '#toolkit/trust/traceparent.ts'
import type { Consistency, RequestConsistency } from './consistency/consistency.ts'
import type { Refusal } from './errors/refusal.ts'
import { clientAddress } from './http/client-address.ts'
import type { Authenticate } from './tokens/authentication.ts'

/** What a request passes to each fetch made for it. */
export type GatewayContext = {
  readonly call: Call
  /** When the request times out, on the clock of `performance.now()`, in milliseconds. */
  readonly deadline: number
  /** What its answers must contain. */
  readonly consistency: RequestConsistency
}

/**
 * Reads what a request's headers say, before GraphQL sees it.
 * @param timeoutMs for the whole request, authentication included
 * @returns the context of the request, or why its caller is refused
 */
export async function createContext(
  request: FastifyRequest,
  reply: FastifyReply,
  authenticate: Authenticate,
  consistency: Consistency,
  timeoutMs: number,
): Promise<GatewayContext | { readonly refused: Refusal }> {
  const { authorization, traceparent } = request.headers
  const deadline = performance.now() + timeoutMs
  const authenticated = await authenticate(authorization)
  if ('refused' in authenticated) return authenticated
  return {
    call: { caller: authenticated.caller, address: clientAddress(request), trace: readTraceparent(traceparent) },
    deadline,
    consistency: consistency(request, reply),
  }
}
