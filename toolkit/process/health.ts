import Fastify, { type FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { closeServer } from './close-server.ts'

/**
 * The health of one part of a process. `reason` is for a person: what is wrong and what to do. A ready part may have
 * one too, as a warning.
 */
export type Health =
  | { readonly ready: true; readonly reason?: string; readonly [detail: string]: unknown }
  | {
      readonly ready: false
      readonly reason: string
      /** The problem does not pass by itself: an operator must do what `reason` says. */
      readonly needsOperator?: boolean
      readonly [detail: string]: unknown
    }

/** The health checks of a process's parts, by name. */
export type HealthChecks = Readonly<Record<string, () => Health | Promise<Health>>>

export const createRegistry = (role: string): Registry => {
  const registry = new Registry()
  registry.setDefaultLabels({ role })
  collectDefaultMetrics({ register: registry })
  return registry
}

/**
 * Adds `/health/live` (200 while the process runs), `/health/ready` (200, or 503 with each part that is not ready)
 * and `/metrics` (Prometheus text).
 */
export function healthRoutes(server: FastifyInstance, checks: HealthChecks, registry: Registry): void {
  server.get('/health/live', async () => ({ status: 'live' }))
  server.get('/health/ready', async (_request, reply) => {
    const { ready, parts } = await readiness(checks)
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', parts })
  })
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
}

/** Whether all parts are ready, and the health of each. */
export async function readiness(checks: HealthChecks) {
  const parts = Object.fromEntries(
    await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await answer(check)] as const)),
  )
  return { ready: Object.values(parts).every((part) => part.ready), parts }
}

async function answer(check: () => Health | Promise<Health>): Promise<Health> {
  try {
    return await check()
  } catch (error) {
    return { ready: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** A server with only the health routes, for roles that serve nothing else. */
export function createHealthServer(options: { host: string; port: number; checks: HealthChecks; registry: Registry }) {
  const server = Fastify()
  healthRoutes(server, options.checks, options.registry)
  return {
    start: async () => void (await server.listen({ host: options.host, port: options.port })),
    stop: () => closeServer(server),
  }
}
