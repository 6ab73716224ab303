import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { KeysByPeer } from '../trust/keys.ts'
import { CALLER_HEADER, verify } from '../trust/signature.ts'

/** The one caller that verifies who asks. Its word is taken for it, and nobody else's. */
const GATEWAY = 'gateway'

/** Answers 401 to every request to /graphql that no known caller signed: queries, introspection and SDL alike. */
export function refuseUnsigned(server: FastifyInstance, keys: KeysByPeer): void {
  const bodies = new WeakMap<FastifyRequest, Buffer>()
  server.removeContentTypeParser('application/json')
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      bodies.set(request, body)
      try {
        return JSON.parse(body.toString()) as unknown
      } catch (cause) {
        throw Object.assign(new Error('The body is not JSON.', { cause }), { statusCode: 400 })
      }
    },
  )
  server.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.url !== '/graphql') return
    const verdict = verify(keys, {
      method: request.method,
      path: request.url,
      body: bodies.get(request) ?? '',
      header(name) {
        const value = request.headers[name]
        return typeof value === 'string' ? value : undefined
      },
    })
    const refused =
      'refused' in verdict
        ? verdict.refused
        : verdict.caller !== GATEWAY && request.headers[CALLER_HEADER] !== undefined
          ? 'only the gateway says for whom it asks'
          : undefined
    if (refused !== undefined)
      return reply.code(401).send({
        errors: [
          {
            message: `Subgraphs answer signed requests only, and ${refused}. Ask the gateway.`,
            extensions: { code: 'UNSIGNED_REQUEST' },
          },
        ],
      })
  })
}
