import type { GraphQLFormattedError } from 'graphql'
import Negotiator from 'negotiator'
import type { RefusalCode } from '../error-catalogue.ts'
import { ANSWERS } from './well-formed.ts'

/** Errors for which the specification requires 400, but only in the newer media type. */
const ofTheOperation = new Set<string>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INTROSPECTION_DISABLED',
  'BAD_USER_INPUT',
] satisfies RefusalCode[])

/**
 * Whether a reply with HTTP 400 is sent with 200 instead. A client that explicitly accepts application/json treats every
 * status but 200 as a transport failure (GraphQL over HTTP, 6.4.1), so an invalid operation gets 200. Other clients get
 * 400.
 * @param accept the header of the request
 */
export function isLegacyOk(accept: string | undefined, errors: readonly GraphQLFormattedError[]): boolean {
  if (!accept?.includes('application/json')) return false
  if (new Negotiator({ headers: { accept } }).mediaType(ANSWERS) !== 'application/json') return false
  return errors.every(({ extensions }) => ofTheOperation.has(String(extensions?.code)))
}
