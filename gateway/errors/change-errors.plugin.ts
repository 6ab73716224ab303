import type { ApolloServerPlugin } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'

/** Changes the errors of a reply, if it has any, before it is sent. */
export const changeErrors = (
  change: (errors: readonly GraphQLFormattedError[]) => readonly GraphQLFormattedError[],
): ApolloServerPlugin => ({
  requestDidStart: async () => ({
    async willSendResponse({ response }) {
      if (response.body.kind !== 'single') return
      const result = response.body.singleResult
      if (result.errors) result.errors = change(result.errors)
    },
  }),
})
