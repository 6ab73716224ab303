import { randomUUID } from 'node:crypto'
import type { ApolloServerErrorCode } from '@apollo/server/errors'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { databaseFault } from '../database/faults.ts'
import type { Log } from '../process/log.ts'
import { type SubgraphErrorCode, subgraphErrors } from './error-catalogue.ts'

/** A query's bad argument, for the client to mend. */
export const invalidInput = (message: string, ...path: string[]): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'INVALID_INPUT', argument: path } })

/** For a list of the caller's own, when nobody is signed in. */
export const unauthenticated = (): GraphQLError =>
  new GraphQLError(subgraphErrors.UNAUTHENTICATED.message, { extensions: { code: 'UNAUTHENTICATED' } })

/** Codes whose messages are meant for the client, from here or from Apollo Server; anything else is an internal fault. */
const forClients = new Set<string>([
  'INVALID_INPUT',
  'UNAUTHENTICATED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'BUSY',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
] satisfies (SubgraphErrorCode | `${ApolloServerErrorCode}`)[])

/** Whether the client is told an error as it is. */
export const isForClients = ({ extensions }: GraphQLFormattedError): boolean =>
  typeof extensions?.code === 'string' && forClients.has(extensions.code)

/** Keeps faults in the log, under an id that the client is told instead of their message. */
export const maskFaults =
  (log: Log, tellAsItIs = isForClients) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    if (tellAsItIs(formatted)) {
      const { stacktrace: _, serviceName: __, ...extensions } = formatted.extensions ?? {}
      return { ...formatted, extensions }
    }
    const original = error instanceof GraphQLError ? (error.originalError ?? error) : error
    const { locations, path } = formatted
    const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) }
    const code = databaseFault(original)
    if (code) {
      log.warn({ code, err: original, path }, 'the database did not do it in time')
      return { message: subgraphErrors[code].message, ...place, extensions: { code } }
    }
    const fault = randomUUID()
    log.error({ fault, err: original, path }, 'fault')
    return {
      message: `Something went wrong on our side (fault ${fault}).`,
      ...place,
      extensions: { code: 'INTERNAL_SERVER_ERROR', fault },
    }
  }
