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
 * @param authorization what identifies the caller, as a header `authorization`
 * @param options.timeoutMs for the whole request, authentication included
 * @returns the context of the request, or why its caller is refused
 */
export async function createContext(
  request: FastifyRequest,
  reply: FastifyReply,
  authorization: string | undefined,
  options: { readonly authenticate: Authenticate; readonly consistency: Consistency; readonly timeoutMs: number },
): Promise<GatewayContext | { readonly refused: Refusal }> {
  const deadline = performance.now() + options.timeoutMs
  const authenticated = await options.authenticate(authorization)
  if ('refused' in authenticated) return authenticated
  const { traceparent } = request.headers
  return {
    call: { caller: authenticated.caller, address: clientAddress(request), trace: readTraceparent(traceparent) },
    deadline,
    consistency: options.consistency(request, reply),
  }
}
