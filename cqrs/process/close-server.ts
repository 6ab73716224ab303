import type { FastifyInstance } from 'fastify'

/** How long requests in hand may take once we stop, in milliseconds. */
const GRACE_MS = 1_000

/**
 * Closes a server: no new requests, time for those in hand, then every connection. A client that keeps its connection
 * alive would hold us up for as long as it likes otherwise.
 */
export async function closeServer(server: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => server.server.closeAllConnections(), GRACE_MS)
  await server.close()
  clearTimeout(cut)
}
