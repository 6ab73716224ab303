import type { FastifyInstance } from 'fastify'

/** How long running requests may take once the server closes, in milliseconds. */
const GRACE_MS = 1_000

/**
 * Closes a server: refuses new requests, gives running ones some time, then closes every connection. Otherwise a client
 * with a keep-alive connection could delay the stop without limit.
 */
export async function closeServer(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), GRACE_MS)
  await server.close()
  clearTimeout(cut)
}
