import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'

/**
 * A null in a non-null field makes its parent null, but the gateway reports that only in `extensions.valueCompletion`,
 * where no client looks. This plugin reports it in `errors`. (The gateway does not report it when a subgraph returned
 * an error as well.)
 */
export const valueCompletion: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async willSendResponse({ response }) {
      if (response.body.kind !== 'single') return
      const result = response.body.singleResult
      const { valueCompletion, ...extensions } = result.extensions ?? {}
      if (valueCompletion === undefined) return
      if (Object.keys(extensions).length > 0) result.extensions = extensions
      else delete result.extensions
      result.errors = (valueCompletion as readonly GraphQLFormattedError[]).map(({ message, path }) => ({
        message,
        ...(path ? { path } : {}),
        extensions: { code: 'VALUE_COMPLETION' },
      }))
    },
  }),
}
