import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Counter, type Registry } from 'prom-client'
import type { Log } from '../process/log.ts'
import { createSeldom } from '../process/seldom.ts'
import type { KeysByPeer } from '../trust/keys.ts'
import { type Refusal, refusalReasons, refusalReply } from '../trust/refusal.ts'
import { CALLER_HEADER, verify } from '../trust/signature.ts'

/** The one caller that verifies who asks. Its word is taken for it, and nobody else's. */
const GATEWAY = 'gateway'

/** Of one caller and reason, one refusal in so many milliseconds is logged. All are counted. */
const LOG_EVERY_MS = 10_000

/**
 * Answers 401 to every request to /graphql that no known caller signed: queries, introspection and SDL alike. Counts and
 * logs by reason what it refuses.
 */
export function refuseUnsigned(
  server: FastifyInstance,
  { keys, log, registry }: { readonly keys: KeysByPeer; readonly log: Log; readonly registry: Registry },
): void {
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

  const bodies = new WeakMap<FastifyRequest, Buffer>()
  server.removeContentTypeParser('application/json')
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      bodies.set(request, body)
      try {
        return JSON.parse(body.toString()) as unknown
      } catch (cause) {
        throw Object.assign(new Error('The body is not JSON.', { cause }), { statusCode: 400 })
      }
    },
  )
  server.addHook('preHandler', async (request, reply) => {
    if (request.routeOptions.url !== '/graphql') return
    const verdict = verify(keys, {
      method: request.method,
      path: request.url,
      body: bodies.get(request) ?? '',
      header(name) {
        const value = request.headers[name]
        return typeof value === 'string' ? value : undefined
      },
    })
    const refused = refusalOf(verdict, request)
    if (!refused) return
    tell(refused)
    return reply.code(401).send(refusalReply(refused))
  })
}

function refusalOf(verdict: ReturnType<typeof verify>, { headers }: FastifyRequest): Refusal | undefined {
  if ('refused' in verdict) return verdict.refused
  const { caller } = verdict
  if (caller === GATEWAY || headers[CALLER_HEADER] === undefined) return undefined
  return { reason: 'caller_not_allowed', caller }
}
