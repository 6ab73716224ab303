import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { statusOf } from '../error-catalogue.ts'
import { inadmissible } from './admission.ts'

/** Refuses an inadmissible operation before planning: HTTP 400. */
export const admission = (maxCost: number): ApolloServerPlugin => ({
  requestDidStart: async () => ({
    // The only hook that can refuse with more than one error.
    async responseForOperation({ schema, document, operation, request }) {
      const refused = inadmissible({ schema, document, operation, variables: request.variables ?? {} }, maxCost)
      if (!refused) return null
      const { code, errors } = refused
      return {
        http: { status: statusOf(code), headers: new HeaderMap() },
        body: {
          kind: 'single',
          singleResult: { errors: errors.map((error) => ({ ...error.toJSON(), extensions: { code } })) },
        },
      }
    },
  }),
})
