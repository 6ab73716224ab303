import type { ApolloServerPlugin } from '@apollo/server'
import { GraphQLError } from 'graphql'
import type { GatewayMetrics } from './metrics.ts'

/** Counts operations and the errors of their replies. */
export const measured = (metrics: Pick<GatewayMetrics, 'operation' | 'error'>): ApolloServerPlugin => ({
  async contextCreationDidFail({ error }) {
    metrics.error(error instanceof GraphQLError ? String(error.extensions.code) : 'INTERNAL_SERVER_ERROR')
  },
  async requestDidStart() {
    const ended = metrics.operation()
    return {
      async willSendResponse({ operation, response }) {
        ended(operation?.operation ?? 'unknown')
        if (response.body.kind !== 'single') return
        for (const error of response.body.singleResult.errors ?? []) metrics.error(String(error.extensions?.code))
      },
    }
  },
})
