import { randomUUID } from 'node:crypto'
import type { ApolloServerErrorCode } from '@apollo/server/errors'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { databaseFault } from '../database/faults.ts'
import type { Log } from '../process/log.ts'
import { type SubgraphErrorCode, subgraphErrors } from './error-catalogue.ts'

/** An invalid argument of a query, which the client can correct. */
export const invalidInput = (message: string, ...path: string[]): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'INVALID_INPUT', argument: path } })

/** For a list that belongs to the caller or to moderators, when nobody is signed in. */
export const unauthenticated = (): GraphQLError =>
  new GraphQLError(subgraphErrors.UNAUTHENTICATED.message, { extensions: { code: 'UNAUTHENTICATED' } })

/** For a list of moderators, when the caller is none. */
export const forbidden = (): GraphQLError =>
  new GraphQLError(subgraphErrors.FORBIDDEN.message, { extensions: { code: 'FORBIDDEN' } })

/** Codes whose messages are meant for clients, from here or from Apollo Server. Anything else is an internal fault. */
const forClients = new Set<string>([
  'INVALID_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'BUSY',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
] satisfies (SubgraphErrorCode | `${ApolloServerErrorCode}`)[])

/** Whether the client gets an error unchanged. */
export const isForClients = ({ extensions }: GraphQLFormattedError): boolean =>
  typeof extensions?.code === 'string' && forClients.has(extensions.code)

/** Logs faults under an id, and gives the client the id instead of their message. */
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
