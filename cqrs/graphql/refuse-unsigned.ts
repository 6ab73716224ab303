import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Counter, type Registry } from 'prom-client'
import type { Log } from '../process/log.ts'
import { createSeldom } from '../process/seldom.ts'
import type { KeysByPeer } from '../trust/keys.ts'
import { type Refusal, refusalReasons, refusalReply } from '../trust/refusal.ts'
import { CALLER_HEADER, verify } from '../trust/signature.ts'
import { asksForEntitiesAlone } from './entities-alone.ts'

/** The one caller that verifies who asks. Its word is taken for it, and nobody else's. */
const GATEWAY = 'gateway'

/** Of one caller and reason, one refusal in so many milliseconds is logged. All are counted. */
const LOG_EVERY_MS = 10_000

/** What each sibling may ask: entities of these types, by their ids. One that is not listed may ask nothing. */
export type Siblings = Readonly<Record<string, { readonly entities: readonly string[] }>>

/**
 * Answers 401 to every request to /graphql that no known caller signed: queries, introspection and SDL alike. A body is
 * parsed when its signature was checked. The gateway may ask everything, a sibling what its name stands for. Counts and
 * logs by reason what it refuses.
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

  // No other content type: what is not read as bytes could not be compared with what was signed.
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

/** Why a request is refused whose signature is good. */
function refusalOf(caller: string, { headers, body }: FastifyRequest, siblings: Siblings): Refusal | undefined {
  if (caller === GATEWAY) return undefined
  if (headers[CALLER_HEADER] !== undefined) return { reason: 'caller_not_allowed', caller }
  const { entities = [] } = siblings[caller] ?? {}
  return asksForEntitiesAlone(body, entities) ? undefined : { reason: 'operation_not_allowed', caller }
}
