import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'
import { admit } from './admit.ts'
import type { Registered } from './manifest.ts'

/** Where an operation that ran came from. */
export type OperationSource = 'registered' | 'automatic' | 'free'

/** Serves registered operations by id; `enforced`, all others are refused before they are parsed. */
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
        // Ours from here on, whether it runs or not: Apollo Server would take the id for an automatic one.
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

/** Apollo Server answers 400 to a request that has no query; a plugin can refuse no earlier, but say why. */
const answerWith = (error: GraphQLFormattedError): GraphQLRequestListener<object> => ({
  async willSendResponse({ response }) {
    if (response.body.kind === 'single') response.body.singleResult.errors = [error]
  },
})
