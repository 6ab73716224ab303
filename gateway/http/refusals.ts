import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from '#toolkit/process/log.ts'
import { statusOf } from '../error-catalogue.ts'
import { refusalBody } from './bad-request.ts'
import { dataHeaders } from './security-headers.ts'

type Refusal = FastifyError & { readonly headers?: Readonly<Record<string, string>> }

/** Answers in GraphQL's format requests that are refused before GraphQL sees them, and logs internal faults. */
export function refusals(server: FastifyInstance, log: Log): void {
  server.setErrorHandler((error: Refusal, _request, reply) => {
    const status = error.statusCode ?? 500
    if (status < 500) return sendRefusal(error, reply)
    log.error({ err: error }, 'request failed')
    return reply.code(status).send(refusalBody('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.'))
  })
  const methods = new Map<string, string[]>()
  server.addHook('onRoute', ({ url, method }) => {
    methods.set(url, [...(methods.get(url) ?? []), ...[method].flat()])
  })
  const refuseUnknown = (request: FastifyRequest, reply: FastifyReply) => {
    const [path = ''] = request.url.split(/[?#]/)
    // A path with a wildcard is not a path that clients can request.
    const allowed = path.includes('*') ? undefined : methods.get(decoded(path))
    // A path with an encoded slash is another path than the route's, though it is decoded to the same.
    if (allowed && !allowed.includes(request.method))
      return reply
        .code(405)
        .header('allow', allowed.join(', '))
        .send(refusalBody('BAD_REQUEST', `${path} is asked by ${allowed.join(' or ')}, not by ${request.method}.`))
    const message = `There is nothing at ${request.method} ${quoted(path)}. GraphQL is at /graphql.`
    return reply.code(statusOf('NOT_FOUND')).send(refusalBody('NOT_FOUND', message))
  }
  // Before the body is read: otherwise an invalid body would hide that the path is unknown.
  server.addHook('onRequest', async (request, reply) => {
    if (request.is404) return refuseUnknown(request, reply)
  })
  // For a route that finds nothing itself.
  server.setNotFoundHandler(refuseUnknown)
}

/** Answers what fastify refuses before routing, such as a path that cannot be decoded. */
export const sendRefusal = (error: Refusal, reply: FastifyReply): FastifyReply =>
  reply
    .code(error.statusCode ?? 400)
    .headers({ ...dataHeaders, ...error.headers })
    .send(refusalBody('BAD_REQUEST', refusalMessage(error)))

/** What is wrong with a request that was refused. */
export const refusalMessage = (error: FastifyError): string => messages[error.code] ?? error.message

/** Clearer than fastify's messages, because fastify does not know what is accepted here. */
const messages: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'The path cannot be decoded.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Unsupported Media Type: send the request as application/json.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as the header Content-Length says.',
}

/** The path as routes are named; as it is when it cannot be decoded: no route has such a name. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const quoted = (path: string): string => (path.length > 100 ? `${path.slice(0, 100)}…` : path)
