import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'

/**
 * A non-null field that turned out null blanks its parent, and the gateway says so in `extensions.valueCompletion`
 * alone, where no client looks: says it in `errors`. (It says nothing when a subgraph told an error too.)
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
