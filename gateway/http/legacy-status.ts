import type { ApolloServerPlugin } from '@apollo/server'
import Negotiator from 'negotiator'
import type { RefusalCode } from '../error-catalogue.ts'
import { ANSWERS } from './well-formed.ts'

/** Errors for which the specification requires 400, but only in the newer media type. */
const ofTheOperation = new Set<string>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'INTROSPECTION_DISABLED',
  'BAD_USER_INPUT',
] satisfies RefusalCode[])

/**
 * A client that explicitly accepts application/json treats every status but 200 as a transport failure (GraphQL over
 * HTTP, 6.4.1), so an invalid operation gets 200. Other clients get 400.
 */
export const legacyStatus: ApolloServerPlugin = {
  requestDidStart: async ({ request }) => ({
    async willSendResponse({ response }) {
      const accept = request.http?.headers.get('accept')
      if (response.http.status !== 400 || response.body.kind !== 'single' || !accept?.includes('application/json'))
        return
      if (new Negotiator({ headers: { accept } }).mediaType(ANSWERS) !== 'application/json') return
      const errors = response.body.singleResult.errors ?? []
      if (errors.every(({ extensions }) => ofTheOperation.has(String(extensions?.code)))) response.http.status = 200
    },
  }),
}
