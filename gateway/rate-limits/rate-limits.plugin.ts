import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../context.ts'
import { refusalError } from '../execution/apollo/refuse.ts'
import type { RateLimits } from './config.ts'
import { type Count, rateLimited } from './rate-limits.ts'

/** Refuses, before planning, an operation whose caller used one of its root fields too often. */
export const rateLimits = (
  limits: RateLimits,
  count: Count,
  refused: (field: string) => void,
): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async () => ({
    async didResolveOperation({ document, operation, contextValue: { call } }) {
      if (!operation) return
      const limited = await rateLimited(document, operation, { call, limits, count })
      if (!limited) return
      // A field without its own limit can be used as a label: the operation is valid, so the names are few.
      refused(limited.field)
      throw refusalError(limited.refusal)
    },
  }),
})
