import Fastify, { type FastifyInstance } from 'fastify'
import type { Log } from '#toolkit/process/log.ts'
import type { GatewayConfig } from '../config.ts'
import { variesByTokens } from '../consistency/vary.ts'
import { trustedProxies } from './client-address.ts'
import { boundConnections, timeouts } from './connections.ts'
import { jsonBodies } from './json-body.ts'
import { refusals, sendRefusal } from './refusals.ts'
import { securityHeaders } from './security-headers.ts'
import { answerUnreadable, answerUnusual } from './unreadable.ts'
import { requireWellFormed } from './well-formed.ts'

/** The server that clients reach. It answers invalid requests itself, and does not count them as internal faults. */
export function createFrontDoor(config: GatewayConfig, log: Log): FastifyInstance {
  const { requestTimeout, keepAliveTimeout, http } = timeouts(config)
  const server = Fastify({
    bodyLimit: config.MAX_BODY_BYTES,
    requestTimeout,
    keepAliveTimeout,
    trustProxy: trustedProxies(config.TRUSTED_PROXIES),
    // GraphQL does not support HEAD.
    exposeHeadRoutes: false,
    // Node would answer a missing Host header without a body.
    http: { ...http, requireHostHeader: false },
    frameworkErrors: (error, _request, reply) => void sendRefusal(error, reply),
    clientErrorHandler: answerUnreadable,
  })
  boundConnections(server, config, log)
  answerUnusual(server.server)
  securityHeaders(server, config)
  variesByTokens(server)
  requireWellFormed(server)
  refusals(server, log)
  jsonBodies(server)
  return server
}
