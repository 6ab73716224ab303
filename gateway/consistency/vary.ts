import type { FastifyInstance } from 'fastify'
import type { ConsistencyConfig } from './config.ts'
import { TOKEN_HEADER } from './request-tokens.ts'

/** Tells caches that a reply of /graphql depends on the tokens of its request. */
export function variesByTokens(
  server: FastifyInstance,
  { CONSISTENCY_COOKIE }: Pick<ConsistencyConfig, 'CONSISTENCY_COOKIE'>,
): void {
  const vary = CONSISTENCY_COOKIE === 'on' ? `${TOKEN_HEADER}, cookie` : TOKEN_HEADER
  server.addHook('onRequest', async ({ url }, reply) => {
    if (/^\/graphql(\?|$)/.test(url)) reply.header('vary', vary)
  })
}
