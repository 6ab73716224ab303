import type { ApolloServerPlugin } from '@apollo/server'
import type { FastifyInstance } from 'fastify'
import { readAsked } from './entry.ts'
import { asRequest, currentRequest } from './request.ts'

/** Runs each request whose body asks for it as a consistent request. Call it before routes are added. */
export function consistentRequests(server: FastifyInstance): void {
  server.addHook('preHandler', (request, _reply, done) => {
    const asked = readAsked(request.body)
    if (asked) asRequest(asked, done)
    else done()
  })
}

/** Adds to the reply what the request wrote, and what its answer does not contain. */
export const consistencyExtension: ApolloServerPlugin = {
  async requestDidStart() {
    const request = currentRequest()
    if (!request) return
    return {
      async willSendResponse({ response: { body } }) {
        if (body.kind === 'single')
          body.singleResult.extensions = { ...body.singleResult.extensions, consistency: request.result() }
      },
    }
  },
}
