import type { FastifyInstance } from 'fastify'
import type { Log } from '#toolkit/process/log.ts'
import { createSeldom } from '#toolkit/process/seldom.ts'
import type { GatewayConfig } from '../config.ts'

/** Longest time for a request to arrive, and for the client to read its reply, in milliseconds. */
const MOST_MS = 20_000

/** The part of it for the request's headers, in milliseconds. */
const HEADERS_MS = 10_000

/** How often Node checks for connections that took too long, in milliseconds. Node's default is 30 seconds. */
const LOOK_MS = 1_000

/** At most one log line about refused connections in this time, in milliseconds. */
const LOG_EVERY_MS = 10_000

type Bounds = Pick<GatewayConfig, 'REQUEST_TIMEOUT_MS' | 'KEEP_ALIVE_TIMEOUT_MS'>

/** Timeouts for fastify and Node: closes connections whose client sends slowly, sends nothing or has gone. */
export function timeouts({ REQUEST_TIMEOUT_MS, KEEP_ALIVE_TIMEOUT_MS }: Bounds) {
  const requestTimeout = Math.min(REQUEST_TIMEOUT_MS, MOST_MS)
  return {
    requestTimeout,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { headersTimeout: Math.min(requestTimeout, HEADERS_MS), connectionsCheckingInterval: LOOK_MS },
  }
}

/** Bounds what Node does not: how long reading a reply may take, and the number of connections. */
export function boundConnections(server: FastifyInstance, config: GatewayConfig, log: Log): void {
  const { requestTimeout } = timeouts(config)
  server.addHook('onSend', async ({ raw }, reply) => {
    const cut = setTimeout(() => raw.socket.destroy(), requestTimeout)
    reply.raw.once('close', () => clearTimeout(cut))
  })
  server.server.maxConnections = config.MAX_CONNECTIONS
  const seldom = createSeldom(LOG_EVERY_MS)
  server.server.on('drop', () => {
    const leftOut = seldom('drop')
    if (leftOut !== undefined)
      log.warn({ leftOut, MAX_CONNECTIONS: config.MAX_CONNECTIONS }, 'connection refused: too many')
  })
}
