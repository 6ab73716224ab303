import type { ApolloServerPlugin } from '@apollo/server'
import { refuseUnread } from '../execution/apollo/refuse.ts'
import type { Registered } from './manifest.ts'
import { admit, type OperationSource } from './persisted.ts'

/** Serves registered operations by id. If `enforced`, refuses all others before they are parsed. */
export function persistedOperations(options: {
  readonly registered: () => Registered
  readonly enforced: boolean
  readonly ran: (source: OperationSource) => void
}): ApolloServerPlugin {
  const { registered, enforced, ran } = options
  return {
    async requestDidStart({ request, metrics }) {
      // The gateway's own operations do not come by HTTP.
      if (!request.http) return { didResolveOperation: async () => ran('own') }
      const admitted = admit(request, registered(), enforced)
      if (admitted !== 'free' && 'refused' in admitted) return refuseUnread(request, admitted.refused)
      if (admitted !== 'free') {
        // Remove the id: Apollo Server would treat it as an automatic query's.
        const { persistedQuery: _, ...extensions } = request.extensions ?? {}
        request.extensions = extensions
        request.query = admitted.registered
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
