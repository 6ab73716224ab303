import type { GraphQLFormattedError } from 'graphql'
import { gatewayErrors } from '../../error-catalogue.ts'

/** Replaces Apollo Server's advice for operators with advice for clients. */
export function inPlainWords(error: GraphQLFormattedError): GraphQLFormattedError {
  if (error.extensions?.validationErrorCode === 'INTROSPECTION_DISABLED')
    return {
      ...error,
      message: gatewayErrors.INTROSPECTION_DISABLED.message,
      extensions: { code: 'INTROSPECTION_DISABLED' },
    }
  if (error.message === 'Operation batching disabled.')
    return { ...error, message: 'The body is a batch: send each request by itself, as a JSON object.' }
  if (error.message.startsWith('GraphQL queries must be strings.'))
    return { ...error, message: 'GraphQL queries must be strings: send the text of the query, not its parsed form.' }
  return error
}
