import type { ApolloServerPlugin } from '@apollo/server'
import { refusalError } from './refuse.ts'

/** Refuses what the planner would report as an internal fault: an unknown operation name or an unsupported kind. */
export const knownOperation: ApolloServerPlugin = {
  requestDidStart: async () => ({
    async didResolveOperation({ operation, request, schema }) {
      if (!operation)
        throw refusalError({
          code: 'OPERATION_RESOLUTION_FAILURE',
          message:
            typeof request.operationName === 'string'
              ? `Unknown operation named "${request.operationName}".`
              : 'Must provide operation name if query contains multiple operations.',
        })
      const kind = operation.operation
      // A subscription can be planned, but the gateway's executor refuses to execute it.
      if (kind === 'subscription' || !schema.getRootType(kind))
        throw refusalError({ code: 'GRAPHQL_VALIDATION_FAILED', message: `This API has no ${kind} operations.` })
    },
  }),
}
