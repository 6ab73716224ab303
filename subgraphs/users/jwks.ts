import type { FastifyInstance } from 'fastify'
import type { SigningKeys } from './write/tokens/signing-keys.ts'

/** How long the keys may be cached, in seconds: much less than the time between publishing a key and its first use. */
const CACHED_SECONDS = 60

/** Serves the public keys of access tokens (RFC 7517) to anybody. */
export const jwksRoute =
  ({ ring }: Pick<SigningKeys, 'ring'>) =>
  (server: FastifyInstance): void =>
    void server.get('/.well-known/jwks.json', async (_request, reply) => {
      const found = await ring().catch(() => undefined)
      if (!found) return reply.code(503).send({ error: 'The keys cannot be read: try again.' })
      return reply.header('cache-control', `public, max-age=${CACHED_SECONDS}`).send(found.jwks)
    })
