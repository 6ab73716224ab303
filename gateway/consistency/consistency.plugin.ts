import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../context.ts'
import type { GatewayMetrics } from '../metrics.ts'
import { TOKEN_HEADER } from './request-tokens.ts'

/** Adds to a reply what was written, and whether the answer is fresh. An operation that was refused says nothing. */
export const consistencyOfReplies = ({
  answered,
}: Pick<GatewayMetrics, 'answered'>): ApolloServerPlugin<GatewayContext> => ({
  requestDidStart: async () => ({
    async willSendResponse({ contextValue: { consistency }, response }) {
      const { body, http } = response
      if (body.kind !== 'single' || !('data' in body.singleResult)) return
      const { extension, token } = consistency.end()
      if (token !== undefined) http.headers.set(TOKEN_HEADER, token)
      if (!extension) return
      body.singleResult.extensions = { ...body.singleResult.extensions, consistency: extension }
      if (extension.fresh !== undefined) answered(extension.fresh, extension.refused ?? [])
    },
  }),
})
