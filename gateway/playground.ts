import type { FastifyInstance } from 'fastify'

/** Sends browsers to the playground. */
export function playgroundRoutes(server: FastifyInstance): void {
  server.get('/', async (_request, reply) => reply.redirect('/playground'))
}
