import type { FastifyInstance } from 'fastify'
import type { GatewayConfig } from '../config.ts'

/** For every reply: it is data, only for the client that asked. */
export const dataHeaders = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
} as const

/** Policy of the playground: its own files, and requests to the gateway. Its editor writes styles into the page. */
const PLAYGROUND_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers that restrict what browsers do. A page has another policy than data. */
export function securityHeaders(server: FastifyInstance, { HSTS_SECONDS }: Pick<GatewayConfig, 'HSTS_SECONDS'>): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(dataHeaders)
    if (request.url.startsWith('/playground/')) reply.header('content-security-policy', PLAYGROUND_POLICY)
    // Browsers ignore the header over plain HTTP (RFC 6797, 7.2).
    if (HSTS_SECONDS > 0 && request.protocol === 'https')
      reply.header('strict-transport-security', `max-age=${HSTS_SECONDS}`)
  })
}
