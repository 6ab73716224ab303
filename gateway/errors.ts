import { randomUUID } from 'node:crypto'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Log } from '#cqrs/process/log.ts'

/** Codes whose messages are meant for the client, wherever they come from. */
const forClients = new Set([
  'INVALID_INPUT',
  'UNAUTHENTICATED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
  'REQUEST_TIMEOUT',
  'VALUE_COMPLETION',
])

/** Keeps what only we can mend in the log, under an id that the client is told instead. */
export const maskErrors =
  (log: Log) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { stacktrace: _, serviceName: __, ...extensions } = formatted.extensions ?? {}
    const code = extensions.code
    if (typeof code === 'string' && (forClients.has(code) || typeof extensions.fault === 'string'))
      return { ...formatted, extensions }
    const fault = randomUUID()
    log.error(
      { fault, err: error instanceof GraphQLError ? (error.originalError ?? error) : error, path: formatted.path },
      'fault',
    )
    return {
      message: `Something went wrong on our side (fault ${fault}).`,
      ...(formatted.locations ? { locations: formatted.locations } : {}),
      ...(formatted.path ? { path: formatted.path } : {}),
      extensions: { code: 'INTERNAL_SERVER_ERROR', fault },
    }
  }
