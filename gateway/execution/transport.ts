import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel'
import { Agent, request } from 'undici'
import type { Log } from '#toolkit/process/log.ts'
import { createSeldom } from '#toolkit/process/seldom.ts'
import type { Key } from '#toolkit/trust/keys.ts'
import { RequestRefused } from '#toolkit/trust/refusal.ts'
import { signedHeaders } from '#toolkit/trust/signed-headers.ts'
import type { GatewayContext } from '../context.ts'
import type { FetchMetrics } from '../metrics.ts'
import { type SubgraphFaultCode, subgraphFault } from './subgraph-fault.ts'
import { NotGraphQL, readReply, type SubgraphReply } from './subgraph-reply.ts'

/** After this many connection faults or 5xx replies in a row, a subgraph gets no requests for `PAUSE_MS`. */
const FAULTS = 5
const PAUSE_MS = 2_000

/** At most one refusal per reason is logged in this time, in milliseconds. All are counted. */
const LOG_EVERY_MS = 10_000

/** Connections for fetches that are answered as soon as possible. */
const CONNECTIONS = 64

/**
 * Connections for fetches that may wait in the subgraph. They have their own, so that they hold up no others, and as many
 * as a subgraph lets wait: in a queue of the gateway they would use up the time in which they may be answered.
 */
const WAITING = 1_000

/** What one fetch sends. */
export type Fetch = {
  /**
   * JSON, as it is signed; made again for each attempt.
   * @param leftMs how long the fetch may still take
   */
  readonly body: (leftMs: number) => string
  /** Whether the subgraph may wait before it answers. */
  readonly mayWait: boolean
  /** Whether it may be sent again when the connection breaks. */
  readonly repeatable: boolean
} & Partial<Pick<GatewayContext, 'call' | 'deadline'>>

/** The connections to one subgraph, for any executor. */
export type Transport = {
  /** @throws the client's error, a `subgraphFault`, when the subgraph gives no answer */
  send(fetch: Fetch): Promise<SubgraphReply>
  close(): Promise<void>
}

/** How to reach one subgraph. */
export type TransportOptions = {
  readonly name: string
  readonly url: string
  /** Signs the gateway's requests. */
  readonly key: Key
  /** For both attempts together, in milliseconds. */
  readonly timeoutMs: number
  readonly metrics: FetchMetrics
  readonly log: Log
}

/**
 * Sends fetches to a subgraph over kept-alive connections: signed, with a timeout, one retry when the connection fails,
 * and a pause when connections keep failing. A timeout does not count as a failure: the subgraph may be slow in one
 * query only, and other queries must still reach it.
 */
export function createTransport(options: TransportOptions): Transport {
  const { name, key, metrics, log } = options
  const url = new URL(options.url)
  const agent = (connections: number) =>
    new Agent({ connections, pipelining: 1, keepAliveTimeout: 30_000, connect: { timeout: 2_000 } })
  const prompt = agent(CONNECTIONS)
  const waiting = agent(WAITING)
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

  const send = async (headers: Record<string, string>, body: string, dispatcher: Agent, signal: AbortSignal) => {
    const response = await request(url, { method: 'POST', headers, body, dispatcher, signal })
    return { status: response.statusCode, text: await response.body.text() }
  }

  const once = async (
    { body: bodyFor, mayWait, call }: Fetch,
    end: number,
    signal: AbortSignal,
  ): Promise<SubgraphReply> => {
    const body = bodyFor(end - performance.now())
    // Signed again for each attempt: a signature is valid for some seconds only.
    const headers = signedHeaders('gateway', key, { url, body, call })
    const { status, text } = await send(headers, body, mayWait ? waiting : prompt, signal).catch((error: unknown) => {
      throw signal.aborted ? error : new ConnectionFault('the connection failed', { cause: error })
    })
    return readReply(status, text)
  }

  return {
    close: async () => void (await Promise.all([prompt.destroy(), waiting.destroy()])),
    async send(fetch) {
      const begun = performance.now()
      const left = (fetch.deadline ?? Number.POSITIVE_INFINITY) - begun
      if (left <= 0) throw subgraphFault(name, 'REQUEST_TIMEOUT')
      const time = Math.min(options.timeoutMs, left)
      const signal = AbortSignal.timeout(Math.ceil(time))
      const observed = metrics.fetch(name)
      try {
        const reply = await breaker.execute(async () => {
          try {
            return await once(fetch, begun + time, signal)
          } catch (error) {
            if (!(error instanceof ConnectionFault) || !fetch.repeatable) throw error
            return await once(fetch, begun + time, signal)
          }
        })
        observed('answered')
        return reply
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

/** @param requestOver whether the whole request's time ended first, which other subgraphs may have used up */
function codeOf(error: unknown, signal: AbortSignal, requestOver: boolean): SubgraphFaultCode {
  if (error instanceof RequestRefused) return 'SUBGRAPH_REFUSED'
  if (error instanceof BrokenCircuitError || !signal.aborted) return 'SUBGRAPH_UNAVAILABLE'
  return requestOver ? 'REQUEST_TIMEOUT' : 'SUBGRAPH_TIMEOUT'
}
