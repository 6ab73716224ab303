import type { FastifyRequest } from 'fastify'

/**
 * Which page sent a request, as its browser says: one of the gateway's own origin, another, or `unsaid`.
 *
 * A request of another site's page is never `unsaid` where it matters. Browsers send `Sec-Fetch-Site` to https and to
 * localhost; all send `Origin` with POST and DELETE, and with every request that needs a preflight. Pages can set neither.
 * What says nothing with these methods is no browser, and nobody else's cookies come with it.
 */
export type RequestOrigin = 'own' | 'other' | 'unsaid'

export function originOf(request: Pick<FastifyRequest, 'headers' | 'protocol' | 'host'>): RequestOrigin {
  const site = request.headers['sec-fetch-site']
  // `same-site` is another host below the same domain; `none` is the address bar.
  if (site !== undefined) return site === 'same-origin' ? 'own' : 'other'
  const { origin } = request.headers
  if (origin === undefined) return 'unsaid'
  return origin === ownOrigin(request) ? 'own' : 'other'
}

/** Scheme and host are those that a trusted proxy reports (TRUSTED_PROXIES), else those of the connection. */
function ownOrigin({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string | null {
  const url = `${protocol}://${host}`
  return URL.canParse(url) ? new URL(url).origin : null
}
