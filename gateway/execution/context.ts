import type { CallerClaims } from '#cqrs/trust/caller.ts'

/** What one request brings to each fetch that it leads to. */
export type GatewayContext = {
  /** For whom it asks. */
  readonly claims: CallerClaims
  /** W3C trace context of the caller. */
  readonly trace: string | undefined
  /** When the request is given up, on the clock of `performance.now()`, in milliseconds. */
  readonly deadline: number
}
