import type { ApolloServerPlugin } from '@apollo/server'
import { refuseUnread } from '../execution/apollo/refuse.ts'
import { sourceRefusal } from './source.ts'

/** Refuses a document that should not be parsed. */
export const boundedSource = (maxTokens: number): ApolloServerPlugin => ({
  async requestDidStart({ request }) {
    const refusal = sourceRefusal(request.query ?? '', maxTokens)
    if (refusal) return refuseUnread(request, refusal)
  },
})
