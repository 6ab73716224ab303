import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'

/**
 * A non-null field that turned out null blanks its parent, and the gateway says so in `extensions.valueCompletion`
 * alone, where no client looks. Says it in `errors` too, once a subgraph's own errors do not explain it.
 */
export const valueCompletion: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async willSendResponse({ response }) {
      if (response.body.kind !== 'single') return
      const result = response.body.singleResult
      const completions = result.extensions?.valueCompletion as readonly GraphQLFormattedError[] | undefined
      if (!completions) return
      const { valueCompletion: _, ...extensions } = result.extensions ?? {}
      result.extensions = extensions
      if (Object.keys(extensions).length === 0) delete result.extensions
      if (!result.errors?.length)
        result.errors = completions.map(({ message, path }) => ({
          message,
          ...(path ? { path } : {}),
          extensions: { code: 'VALUE_COMPLETION' },
        }))
    },
  }),
}
