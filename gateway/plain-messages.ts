import type { GraphQLFormattedError } from 'graphql'

/** What a client can do, where Apollo Server says what whoever runs it could. */
export function inPlainWords(error: GraphQLFormattedError): GraphQLFormattedError {
  if (error.extensions?.validationErrorCode === 'INTROSPECTION_DISABLED')
    return {
      ...error,
      message: 'The schema is not described here: leave out __schema and __type, and get the schema from its owners.',
      extensions: { code: 'INTROSPECTION_DISABLED' },
    }
  if (error.message === 'Operation batching disabled.')
    return { ...error, message: 'The body is a batch: send each request by itself, as a JSON object.' }
  if (error.message.startsWith('GraphQL queries must be strings.'))
    return { ...error, message: 'GraphQL queries must be strings: send the text of the query, not its parsed form.' }
  return error
}
