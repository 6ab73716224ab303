import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'
import { admit } from './admit.ts'
import type { Registered } from './manifest.ts'

/** The origin of an operation that ran. */
export type OperationSource = 'registered' | 'automatic' | 'free'

/** Serves registered operations by id. If `enforced`, refuses all others before they are parsed. */
export function persistedOperations(options: {
  readonly registered: () => Registered
  readonly enforced: boolean
  readonly ran: (source: OperationSource) => void
}): ApolloServerPlugin {
  const { registered, enforced, ran } = options
  return {
    async requestDidStart({ request, metrics }) {
      const admitted = admit(request, registered(), enforced)
      if (admitted !== 'free') {
        // Remove the id, whether the operation runs or not: Apollo Server would treat it as an automatic query's.
        const { persistedQuery: _, ...extensions } = request.extensions ?? {}
        request.extensions = extensions
        request.query = 'registered' in admitted ? admitted.registered : undefined
        if ('refused' in admitted) return answerWith(admitted.refused)
      }
      return {
        async didResolveOperation({ operation }) {
          if (!operation) return
          const automatic = metrics.persistedQueryHit || metrics.persistedQueryRegister
          ran(admitted !== 'free' ? 'registered' : automatic ? 'automatic' : 'free')
        },
      }
    },
  }
}

/** Apollo Server answers 400 to a request without a query. A plugin cannot refuse earlier, but can give the reason. */
const answerWith = (error: GraphQLFormattedError): GraphQLRequestListener<object> => ({
  async willSendResponse({ response }) {
    if (response.body.kind === 'single') response.body.singleResult.errors = [error]
  },
})
