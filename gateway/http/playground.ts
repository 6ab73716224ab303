import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyError, FastifyInstance } from 'fastify'

/** The build of gateway/playground, made by `npm run generate`. */
const built = join(import.meta.dirname, '..', 'playground', 'dist')

/** Serves GraphiQL at /playground/, and redirects browsers there that open / or /graphql. */
export async function playgroundRoutes(server: FastifyInstance): Promise<void> {
  for (const path of ['/', '/playground']) server.get(path, async (_request, reply) => reply.redirect('/playground/'))
  server.addHook('onRequest', async (request, reply) => {
    const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html')
    // A query in the url is an ordinary request.
    if (wantsPage && request.url === '/graphql') return reply.redirect('/playground/')
  })
  if (existsSync(built)) await server.register(files)
  else
    server.get('/playground/', async (_request, reply) =>
      reply.code(503).type('text/plain').send('The playground is not built yet: npm run generate'),
    )
}

/** A path that leads out of the folder, or that cannot be a file's, gets 404. */
const files = async (server: FastifyInstance): Promise<void> => {
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    if ((error.statusCode ?? 500) >= 500) throw error
    reply.callNotFound()
  })
  await server.register(fastifyStatic, { root: built, prefix: '/playground/', dotfiles: 'ignore' })
}
