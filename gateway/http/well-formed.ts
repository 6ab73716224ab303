import type { FastifyInstance, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { badRequest } from './bad-request.ts'
import { parseJson } from './json-body.ts'

/** The media types of replies. */
export const ANSWERS = ['application/json', 'application/graphql-response+json']

/** Refuses what Apollo Server would take for a fault, would say too little of, or would refuse when it has run. */
export function requireWellFormed(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => requireAddress(request))
  server.addHook('preHandler', async (request) => {
    if (request.routeOptions.url !== '/graphql') return
    requireAnswerable(request)
    if (request.method === 'GET') requireSearch(request)
    else if (isObject(request.body)) requireName(request.body.operationName)
  })
}

/** Apollo's integration builds a URL of what the headers say of our own address. */
function requireAddress(request: FastifyRequest): void {
  const { host } = request.raw.headersDistinct
  if (host !== undefined && host.length > 1) throw badRequest(400, 'The header Host is there more than once.')
  const needed = request.raw.httpVersion !== '1.0' || request.routeOptions.url === '/graphql'
  if (!host && needed) throw badRequest(400, 'The header Host is missing.')
  if (host && !URL.canParse(`http://${host[0]}/`)) throw badRequest(400, 'The header Host is not the name of a host.')
  // With a trusted proxy in front, they are of X-Forwarded-Proto and X-Forwarded-Host.
  if (host && !URL.canParse(request.url, `${request.protocol}://${request.hostname}/`))
    throw badRequest(
      400,
      'The headers X-Forwarded-Proto and X-Forwarded-Host, or the path, are not those of an address.',
    )
}

/** Before it runs: a mutation whose answer cannot be sent must change nothing. */
function requireAnswerable({ headers }: FastifyRequest): void {
  if (headers.accept !== undefined && !new Negotiator({ headers }).mediaType(ANSWERS))
    throw badRequest(406, `The header Accept takes neither ${ANSWERS.join(' nor ')}.`)
}

function requireSearch({ url }: FastifyRequest): void {
  const search = new URLSearchParams(url.split(/\?(.*)/s)[1])
  requireName(search.get('operationName'))
  for (const name of ['variables', 'extensions']) {
    const value = search.get(name)
    if (value !== null) parseJson(value, `The search parameter ${name}`)
  }
}

const isObject = (body: unknown): body is Readonly<Record<string, unknown>> => typeof body === 'object' && body !== null

/** GraphQL has no operation without a name that could be asked for by one. */
function requireName(operationName: unknown): void {
  if (operationName === '')
    throw badRequest(400, 'operationName is empty: name one of the operations, or leave operationName out.')
}
