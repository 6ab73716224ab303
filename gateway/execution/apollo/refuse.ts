import { type GraphQLRequest, type GraphQLRequestListener, HeaderMap } from '@apollo/server'
import { GraphQLError } from 'graphql'
import { statusOf } from '../../error-catalogue.ts'
import type { Refusal } from '../../errors/refusal.ts'

/** The error by which a hook or the creation of a context refuses a request: Apollo Server sends its `http`. */
export const refusalError = ({ code, message, extensions, headers = {} }: Refusal): GraphQLError =>
  new GraphQLError(message, {
    extensions: {
      ...extensions,
      code,
      http: { status: statusOf(code), headers: new HeaderMap(Object.entries(headers)) },
    },
  })

/**
 * Refuses a request in `requestDidStart`, before its document is parsed. A plugin cannot do that, but Apollo Server
 * answers 400 to a request without a query, and a plugin can give the reason.
 */
export function refuseUnread(request: GraphQLRequest, { code, message }: Refusal): GraphQLRequestListener<object> {
  request.query = undefined
  request.extensions = {}
  return {
    async willSendResponse({ response }) {
      if (response.body.kind === 'single') response.body.singleResult.errors = [{ message, extensions: { code } }]
    },
  }
}
