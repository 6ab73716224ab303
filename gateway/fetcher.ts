import type { RemoteGraphQLDataSource } from '@apollo/gateway'
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
} from 'cockatiel'
import { Agent, fetch } from 'undici'
import { subgraphFault } from './subgraph-fault.ts'

type Fetcher = RemoteGraphQLDataSource['fetcher']

/** After this many faults in a row a subgraph is not asked for a while, in milliseconds. */
const FAULTS = 5
const PAUSE_MS = 2_000

export type SubgraphFetcher = {
  readonly fetcher: Fetcher
  readonly breaker: CircuitBreakerPolicy
  isOpen(): boolean
  close(): Promise<void>
}

/**
 * The way to one subgraph: a pool of kept-alive connections, a bound on time, one more try of queries when the
 * connection fails, and a breaker that stops asking a subgraph that is down.
 */
export function createSubgraphFetcher(service: string, timeoutMs: number): SubgraphFetcher {
  const dispatcher = new Agent({
    connections: 64,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    connect: { timeout: 2_000 },
  })
  const breaker = circuitBreaker(handleAll, { halfOpenAfter: PAUSE_MS, breaker: new ConsecutiveBreaker(FAULTS) })

  const once = (url: string, init: Parameters<Fetcher>[1]) =>
    fetch(url, { ...(init as RequestInit), dispatcher, signal: AbortSignal.timeout(timeoutMs) } as Parameters<
      typeof fetch
    >[1])

  const fetcher: Fetcher = async (url, init) => {
    try {
      return (await breaker.execute(async () => {
        try {
          return await once(url, init)
        } catch (error) {
          // A mutation may have been carried out before the connection broke.
          if (isTimeout(error) || !isQuery(init?.body)) throw error
          return await once(url, init)
        }
      })) as unknown as Awaited<ReturnType<Fetcher>>
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw subgraphFault(service, 'SUBGRAPH_UNAVAILABLE', error)
      throw subgraphFault(service, isTimeout(error) ? 'SUBGRAPH_TIMEOUT' : 'SUBGRAPH_UNAVAILABLE', error)
    }
  }
  return {
    fetcher,
    breaker,
    isOpen: () => breaker.state === CircuitState.Open,
    close: () => dispatcher.destroy(),
  }
}

const isTimeout = (error: unknown) => (error as Error | undefined)?.name === 'TimeoutError'

/** Subgraph operations are printed by the planner: a query begins with the word, or with its selection. */
const isQuery = (body: unknown): boolean =>
  typeof body === 'string' && /^(query\b|\{)/.test(String((JSON.parse(body) as { query?: string }).query ?? ''))
