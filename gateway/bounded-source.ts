import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server'

/** In UTF-16 code units: two of the longest posts as literals. Comments are read, but are no tokens that are counted. */
const MOST = 256 * 1024

/** Refuses a document that is too long to be read, whatever is in it: 1 MB of comments takes 200 ms. */
export const boundedSource: ApolloServerPlugin = {
  async requestDidStart({ request }) {
    const { length } = request.query ?? ''
    if (length <= MOST) return
    // Apollo Server answers 400 to a request without a query; a plugin can refuse no earlier, but say why.
    request.query = undefined
    request.extensions = {}
    return answerWith(`The document has ${length} characters, and ${MOST} are allowed: send long texts as variables.`)
  },
}

const answerWith = (message: string): GraphQLRequestListener<object> => ({
  async willSendResponse({ response }) {
    if (response.body.kind === 'single')
      response.body.singleResult.errors = [{ message, extensions: { code: 'BAD_REQUEST' } }]
  },
})
