import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Counter, type Registry } from 'prom-client'
import type { Log } from '#toolkit/process/log.ts'
import { createSeldom } from '#toolkit/process/seldom.ts'
import type { KeysByPeer } from '#toolkit/trust/keys.ts'
import { type Refusal, refusalReasons, refusalReply } from '#toolkit/trust/refusal.ts'
import { CALLER_HEADER, verify } from '#toolkit/trust/signature.ts'
import { asksForEntitiesAlone } from './entities-alone.ts'

/** The only caller that verifies the client's identity. Only its claims about it are accepted. */
const GATEWAY = 'gateway'

/** Per caller and reason, one refusal is logged in this time, in milliseconds. All are counted. */
const LOG_EVERY_MS = 10_000

/** What each sibling may query: entities of these types, by id. Unlisted ones may query nothing. */
export type Siblings = Readonly<Record<string, { readonly entities: readonly string[] }>>

/**
 * Answers 401 to every request to /graphql that no known caller signed, including introspection and SDL. A body is
 * parsed only after its signature was checked. The gateway may query everything, a sibling only what `siblings` lists.
 * Refusals are counted and logged by reason.
 */
export function refuseUnsigned(
  server: FastifyInstance,
  options: {
    readonly keys: KeysByPeer
    readonly siblings: Siblings
    readonly log: Log
    readonly registry: Registry
  },
): void {
  const { keys, siblings, log, registry } = options
  const refusedTotal = new Counter({
    name: 'subgraph_refused_total',
    help: 'Requests that were refused because of their signature, by reason (stale: the clocks differ)',
    labelNames: ['reason'],
    registers: [registry],
  })
  for (const reason of refusalReasons) refusedTotal.inc({ reason }, 0)
  const seldom = createSeldom(LOG_EVERY_MS)
  const tell = (refusal: Refusal) => {
    refusedTotal.inc({ reason: refusal.reason })
    const leftOut = seldom(`${refusal.reason} ${refusal.caller}`)
    if (leftOut !== undefined) log.warn({ ...refusal, leftOut }, 'request refused')
  }

  // Accept no other content type: a body that is not read as bytes could not be compared with its signature.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_: FastifyRequest, body: Buffer) => body,
  )
  server.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.url !== '/graphql') return
    const bytes = Buffer.isBuffer(request.body) ? request.body : undefined
    const verdict = verify(keys, {
      method: request.method,
      path: request.url,
      body: bytes ?? '',
      header(name) {
        const value = request.headers[name]
        return typeof value === 'string' ? value : undefined
      },
    })
    if ('caller' in verdict && bytes) request.body = parse(bytes)
    const refused = 'refused' in verdict ? verdict.refused : refusalOf(verdict.caller, request, siblings)
    if (!refused) return
    tell(refused)
    return reply.code(401).send(refusalReply(refused))
  })
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch (cause) {
    throw Object.assign(new Error('The body is not JSON.', { cause }), { statusCode: 400 })
  }
}

/** Why a request with a valid signature is refused, if it is. */
function refusalOf(caller: string, { headers, body }: FastifyRequest, siblings: Siblings): Refusal | undefined {
  if (caller === GATEWAY) return undefined
  if (headers[CALLER_HEADER] !== undefined) return { reason: 'caller_not_allowed', caller }
  const { entities = [] } = siblings[caller] ?? {}
  return asksForEntitiesAlone(body, entities) ? undefined : { reason: 'operation_not_allowed', caller }
}
