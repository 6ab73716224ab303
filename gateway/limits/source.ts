import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server'
import type { GatewayErrorCode } from '../error-catalogue.ts'
import { isNestedTooDeep, NESTING } from './nesting.ts'

/** In UTF-16 code units: fits two of the longest posts as literals. The token limit does not count comments. */
const MOST = 256 * 1024

/** Refuses a document that takes too long to parse, whatever it contains: 1 MB of comments takes 200 ms. */
export const boundedSource = (maxTokens: number): ApolloServerPlugin => ({
  async requestDidStart({ request }) {
    const refusal = refusalOf(request.query ?? '', maxTokens)
    if (!refusal) return
    // Apollo Server answers 400 to a request without a query. A plugin cannot refuse earlier, but can give the reason.
    request.query = undefined
    request.extensions = {}
    return answerWith(...refusal)
  },
})

function refusalOf(query: string, maxTokens: number): readonly [code: GatewayErrorCode, message: string] | undefined {
  if (query.length > MOST)
    return [
      'BAD_REQUEST',
      `The document has ${query.length} characters, and ${MOST} are allowed: send long texts as variables.`,
    ]
  if (isNestedTooDeep(query, maxTokens))
    return [
      'GRAPHQL_VALIDATION_FAILED',
      `Nesting limit of ${NESTING} exceeded: so many brackets of selections, values or types may be open at once.`,
    ]
}

const answerWith = (code: GatewayErrorCode, message: string): GraphQLRequestListener<object> => ({
  async willSendResponse({ response }) {
    if (response.body.kind === 'single') response.body.singleResult.errors = [{ message, extensions: { code } }]
  },
})
