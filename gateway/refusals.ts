import type { FastifyError, FastifyInstance } from 'fastify'
import type { Log } from '#cqrs/process/log.ts'
import { boundedMessage } from './bounded-message.ts'

/** What is refused before GraphQL sees it answers in GraphQL's shape all the same: clients read one kind of reply. */
export function refusals(server: FastifyInstance, log: Log): void {
  const body = (code: string, message: string) => ({
    errors: [{ message: boundedMessage(message), extensions: { code } }],
  })

  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const status = error.statusCode ?? 500
    if (status < 500) return reply.code(status).send(body('BAD_REQUEST', error.message))
    log.error({ err: error }, 'request failed')
    return reply.code(status).send(body('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.'))
  })
  server.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(body('NOT_FOUND', `There is nothing at ${request.method} ${request.url}. GraphQL is at /graphql.`)),
  )
}
