import type { FastifyInstance, FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { badRequest } from './bad-request.ts'
import { parseJson } from './json-body.ts'

/** The media types of replies. */
export const ANSWERS = ['application/json', 'application/graphql-response+json']

/** Refuses what Apollo Server would report as a fault, explain too little, or refuse only after execution. */
export function requireWellFormed(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => requireAddress(request))
  server.addHook('preHandler', async (request) => {
    if (request.routeOptions.url !== '/graphql') return
    requireAnswerable(request)
    if (request.method === 'GET') requireSearch(request)
    else if (isObject(request.body)) requireName(request.body.operationName)
  })
}

/** Apollo's integration builds a URL from the headers that name the gateway's address. */
function requireAddress(request: FastifyRequest): void {
  const { host } = request.raw.headersDistinct
  if (host !== undefined && host.length > 1) throw badRequest(400, 'The header Host is there more than once.')
  const needed = request.raw.httpVersion !== '1.0' || request.routeOptions.url === '/graphql'
  if (!host && needed) throw badRequest(400, 'The header Host is missing.')
  if (host && !URL.canParse(`http://${host[0]}/`)) throw badRequest(400, 'The header Host is not the name of a host.')
  // Behind a trusted proxy, they come from X-Forwarded-Proto and X-Forwarded-Host.
  if (host && !URL.canParse(request.url, `${request.protocol}://${request.hostname}/`))
    throw badRequest(
      400,
      'The headers X-Forwarded-Proto and X-Forwarded-Host, or the path, are not those of an address.',
    )
}

/** Checked before execution: a mutation whose answer cannot be sent must change nothing. */
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

/** No operation has an empty name. */
function requireName(operationName: unknown): void {
  if (operationName === '')
    throw badRequest(400, 'operationName is empty: name one of the operations, or leave operationName out.')
}
