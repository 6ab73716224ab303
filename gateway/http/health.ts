import type { FastifyInstance } from 'fastify'
import { type HealthChecks, readiness } from '#toolkit/process/health.ts'

const METHODS = ['GET', 'HEAD'] as const

/** Only what a load balancer needs; reveals nothing internal. Details are on the operators' address. */
export function bareHealth(server: FastifyInstance, checks: HealthChecks): void {
  server.route({ method: [...METHODS], url: '/health/live', handler: async () => ({ status: 'live' }) })
  server.route({
    method: [...METHODS],
    url: '/health/ready',
    async handler(_request, reply) {
      const { ready } = await readiness(checks)
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
    },
  })
}
