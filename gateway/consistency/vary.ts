import type { FastifyInstance } from 'fastify'
import { TOKEN_HEADER } from './request-tokens.ts'

/** Tells caches that a reply of /graphql depends on the consistency tokens of its request, and on who is signed in. */
export function variesByTokens(server: FastifyInstance): void {
  const vary = `${TOKEN_HEADER}, cookie`
  server.addHook('onRequest', async ({ url }, reply) => {
    if (/^\/graphql(\?|$)/.test(url)) reply.header('vary', vary)
  })
}
