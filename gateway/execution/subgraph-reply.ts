import type { GraphQLFormattedError } from 'graphql'
import { RequestRefused } from '#toolkit/trust/refusal.ts'

/** A subgraph's GraphQL response, as it was sent. */
export type SubgraphReply = {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly GraphQLFormattedError[]
  readonly extensions?: Record<string, unknown>
}

/** A reply that is not a GraphQL response. */
export class NotGraphQL extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(`HTTP ${status}: ${text.slice(0, 500)}`)
    this.status = status
  }
}

/** @throws RequestRefused, or NotGraphQL for a reply that only a proxy, a crash or another server sends */
export function readReply(status: number, text: string): SubgraphReply {
  if (status === 401) throw new RequestRefused(text)
  const excerpt = () => new NotGraphQL(status, text)
  let reply: unknown
  try {
    reply = JSON.parse(text)
  } catch {
    throw excerpt()
  }
  if (status >= 500 || !isReply(reply)) throw excerpt()
  return reply
}

const isReply = (reply: unknown): reply is SubgraphReply =>
  typeof reply === 'object' &&
  reply !== null &&
  ('data' in reply || Array.isArray((reply as { readonly errors?: unknown }).errors))
