import type { GraphQLDataSource } from '@apollo/gateway'
import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import { Agent, request } from 'undici'
import type { Log } from '#cqrs/process/log.ts'
import { createSeldom } from '#cqrs/process/seldom.ts'
import type { Key } from '#cqrs/trust/keys.ts'
import { RequestRefused } from '#cqrs/trust/refusal.ts'
import { signedHeaders } from '#cqrs/trust/signed-headers.ts'
import type { GatewayContext } from '../context.ts'
import type { FetchMetrics } from '../metrics.ts'
import { type SubgraphFaultCode, subgraphFault } from './subgraph-fault.ts'

/** After this many connection faults or 5xx replies in a row, a subgraph gets no requests for `PAUSE_MS`. */
const FAULTS = 5
const PAUSE_MS = 2_000

/** At most one refusal per reason is logged in this time, in milliseconds. All are counted. */
const LOG_EVERY_MS = 10_000

/** One subgraph, as a data source of the gateway. */
export type Subgraph = GraphQLDataSource<GatewayContext> & {
  close(): Promise<void>
}

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>

/**
 * Sends queries to a subgraph over kept-alive connections: with a timeout, one retry for queries when the connection
 * fails, and a pause when connections keep failing. A timeout does not count as a failure: the subgraph may be slow in
 * one query only, and other queries must still reach it.
 */
export function createSubgraph(options: {
  readonly name: string
  readonly url: string
  /** Signs the gateway's requests. */
  readonly key: Key
  /** For both attempts together, in milliseconds. */
  readonly timeoutMs: number
  readonly metrics: FetchMetrics
  readonly log: Log
}): Subgraph {
  const { name, key, metrics, log } = options
  const url = new URL(options.url)
  const dispatcher = new Agent({
    connections: 64,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connect: { timeout: 2_000 },
  })
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof ConnectionFault || (error instanceof NotGraphQL && error.status >= 500)),
    { halfOpenAfter: PAUSE_MS, breaker: new ConsecutiveBreaker(FAULTS) },
  )
  breaker.onStateChange((state) => {
    const open = state === CircuitState.Open
    metrics.breaker(name, open)
    if (open) log.warn({ subgraph: name, faults: FAULTS, pauseMs: PAUSE_MS }, 'subgraph is not asked for a while')
  })

  const seldom = createSeldom(LOG_EVERY_MS)
  const tellRefusal = (refused: RequestRefused) => {
    const { reason, aheadS, message } = refused
    const leftOut = seldom(reason ?? '')
    if (leftOut !== undefined) log.warn({ subgraph: name, reason, aheadS, leftOut }, `${name}: ${message}`)
  }

  const send = async (headers: Record<string, string>, body: string, signal: AbortSignal) => {
    const response = await request(url, { method: 'POST', headers, body, dispatcher, signal })
    return { status: response.statusCode, text: await response.body.text() }
  }

  const once = async (
    body: string,
    { claims, trace }: Partial<GatewayContext>,
    signal: AbortSignal,
  ): Promise<Answer> => {
    // Signed again for each attempt: a signature is valid for some seconds only.
    const headers = signedHeaders('gateway', key, { url, body, trace, ...(claims && { claims }) })
    const { status, text } = await send(headers, body, signal).catch((error: unknown) => {
      throw signal.aborted ? error : new ConnectionFault('the connection failed', { cause: error })
    })
    return replyOf(status, text)
  }

  return {
    close: () => dispatcher.destroy(),
    async process({ request: { query = '', variables, operationName }, context }) {
      // Loading a supergraph may query a subgraph outside a request.
      const asked = context as Partial<GatewayContext>
      const { deadline = Number.POSITIVE_INFINITY } = asked
      const left = deadline - performance.now()
      if (left <= 0) throw subgraphFault(name, 'REQUEST_TIMEOUT')
      const signal = AbortSignal.timeout(Math.ceil(Math.min(options.timeoutMs, left)))
      const body = JSON.stringify({ query, variables, operationName })
      const observed = metrics.fetch(name)
      try {
        const answer = await breaker.execute(async () => {
          try {
            return await once(body, asked, signal)
          } catch (error) {
            // A mutation may have been executed before the connection broke.
            if (!(error instanceof ConnectionFault) || query.startsWith('mutation')) throw error
            return await once(body, asked, signal)
          }
        })
        observed('answered')
        return answer
      } catch (error) {
        const code = codeOf(error, signal, left < options.timeoutMs)
        observed(code)
        if (error instanceof RequestRefused) tellRefusal(error)
        log.debug({ err: error, subgraph: name }, 'subgraph gave no answer')
        throw subgraphFault(name, code, error)
      }
    },
  }
}

/** The connection failed, or broke before the reply was complete. */
class ConnectionFault extends Error {}

/** A reply that is not a GraphQL response. */
class NotGraphQL extends Error {
  readonly status: number
  constructor(status: number, text: string) {
    super(`HTTP ${status}: ${text.slice(0, 500)}`)
    this.status = status
  }
}

/** @throws RequestRefused, or NotGraphQL for a reply that only a proxy, a crash or another server sends */
function replyOf(status: number, text: string): Answer {
  if (status === 401) throw new RequestRefused(text)
  const excerpt = () => new NotGraphQL(status, text)
  let reply: unknown
  try {
    reply = JSON.parse(text)
  } catch {
    throw excerpt()
  }
  if (status >= 500 || !isAnswer(reply)) throw excerpt()
  return reply
}

const isAnswer = (reply: unknown): reply is Answer =>
  typeof reply === 'object' && reply !== null && ('data' in reply || Array.isArray((reply as Answer).errors))

/** @param requestOver whether the whole request's time ended first, which other subgraphs may have used up */
function codeOf(error: unknown, signal: AbortSignal, requestOver: boolean): SubgraphFaultCode {
  if (error instanceof RequestRefused) return 'SUBGRAPH_REFUSED'
  if (error instanceof BrokenCircuitError || !signal.aborted) return 'SUBGRAPH_UNAVAILABLE'
  return requestOver ? 'REQUEST_TIMEOUT' : 'SUBGRAPH_TIMEOUT'
}
