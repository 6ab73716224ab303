import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'

/**
 * A non-null field that turned out null blanks its parent, and the gateway says so in `extensions.valueCompletion`
 * alone, where no client looks. Says it in `errors` too, unless a fault that is told already explains it.
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
      const told = result.errors ?? []
      const untold = (valueCompletion as readonly GraphQLFormattedError[])
        .filter((completion) => !told.some((error) => explains(error, completion)))
        .map(({ message, path }) => ({
          message,
          ...(path ? { path } : {}),
          extensions: { code: 'VALUE_COMPLETION' },
        }))
      if (untold.length > 0) result.errors = [...told, ...untold]
    },
  }),
}

/** A fault of a whole fetch has no path; any other stands at the field or above it. */
const explains = ({ path: at }: GraphQLFormattedError, { path = [] }: GraphQLFormattedError): boolean =>
  !at || at.every((step, index) => step === path[index])
