import type { CallerClaims } from '#cqrs/trust/caller.ts'

/** What a request passes to each fetch made for it. */
export type GatewayContext = {
  /** The caller. */
  readonly claims: CallerClaims
  /** W3C trace context of the caller. */
  readonly trace: string | undefined
  /** When the request times out, on the clock of `performance.now()`, in milliseconds. */
  readonly deadline: number
}
