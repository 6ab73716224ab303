import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError } from 'graphql'

/** A document of several operations must be sent with the name of one; the planner would call it a fault of ours. */
export const knownOperation: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async didResolveOperation({ operation, request }) {
      if (operation) return
      throw new GraphQLError(
        request.operationName
          ? `Unknown operation named "${request.operationName}".`
          : 'Must provide operation name if query contains multiple operations.',
        { extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } } },
      )
    },
  }),
}
