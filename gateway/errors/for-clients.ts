import type { GraphQLFormattedError } from 'graphql'
import { isForClients } from '#toolkit/graphql/errors.ts'
import type { GatewayErrorCode } from '../error-catalogue.ts'

/** The gateway's own codes, in addition to those of any GraphQL server. */
const own = new Set<string>([
  'INVALID_TOKEN',
  'AUTHENTICATION_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_REFUSED',
  'REQUEST_TIMEOUT',
  'TOO_MANY_REQUESTS',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_OPERATION_REQUIRED',
] satisfies GatewayErrorCode[])

/** Subgraph codes that are meant for clients. Other codes concern the gateway's query, not the client's. */
const ofSubgraphs = new Set<string>([
  'INVALID_INPUT',
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BUSY',
  'DATABASE_UNAVAILABLE',
  'WRITE_DATABASE_BEHIND',
] satisfies GatewayErrorCode[])

/** Whether clients may see an error unmasked. A subgraph masks its own faults, under an id in its own log. */
export function isForGatewayClients(error: GraphQLFormattedError): boolean {
  const { code, serviceName, fault } = error.extensions ?? {}
  if (typeof code !== 'string') return false
  if (serviceName !== undefined && !own.has(code)) return ofSubgraphs.has(code) || typeof fault === 'string'
  return own.has(code) || isForClients(error)
}
