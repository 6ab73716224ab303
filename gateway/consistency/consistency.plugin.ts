import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../context.ts'
import { TOKEN_HEADER } from './request-tokens.ts'

/** Adds to a reply what was written, and whether the answer is fresh. An operation that was refused says nothing. */
export const consistencyOfReplies: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    async willSendResponse({ contextValue: { consistency }, response }) {
      const { body, http } = response
      if (body.kind !== 'single' || !('data' in body.singleResult)) return
      const { extension, token } = consistency.end()
      if (token !== undefined) http.headers.set(TOKEN_HEADER, token)
      if (extension) body.singleResult.extensions = { ...body.singleResult.extensions, consistency: extension }
    },
  }),
}
