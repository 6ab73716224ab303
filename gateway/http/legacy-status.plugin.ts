import type { ApolloServerPlugin } from '@apollo/server'
import { isLegacyOk } from './legacy-status.ts'

/** Sends an invalid operation's refusal with 200 to clients that would not read it otherwise. */
export const legacyStatus: ApolloServerPlugin = {
  requestDidStart: async ({ request }) => ({
    async willSendResponse({ response }) {
      if (response.http.status !== 400 || response.body.kind !== 'single') return
      const accept = request.http?.headers.get('accept')
      if (isLegacyOk(accept, response.body.singleResult.errors ?? [])) response.http.status = 200
    },
  }),
}
