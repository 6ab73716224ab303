import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { ConsistencyTokenRefusal } from './consistency/request-tokens.ts'
import type { SubgraphFaultCode } from './execution/subgraph-fault.ts'
import type { OperationSource } from './operations/persisted.ts'
import type { TokenRefusal } from './tokens/refusal.ts'

/** Metrics of fetches from subgraphs. */
export type FetchMetrics = {
  /** Starts to time a fetch; call the result when the fetch has ended. */
  fetch(subgraph: string): (outcome: 'answered' | SubgraphFaultCode) => void
  breaker(subgraph: string, open: boolean): void
}

export type GatewayMetrics = FetchMetrics & {
  tokenRefused(refusal: TokenRefusal): void
  ran(source: OperationSource): void
  rateLimited(field: string): void
  /** Counts an answer that said whether it is fresh, and why tokens were refused. */
  answered(fresh: boolean, refused: readonly ConsistencyTokenRefusal[]): void
  /** Starts to time an operation; call the result with its kind when its reply is complete. */
  operation(): (operation: string) => void
  /** Counts an error of a reply. */
  error(code: string): void
}

/** The gateway's metrics on /metrics; `swaps` returns how often the supergraph was swapped. */
export function gatewayMetrics(registry: Registry, swaps: () => number): GatewayMetrics {
  const registers = [registry]
  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]
  const operations = new Histogram({
    name: 'gateway_operation_seconds',
    help: 'Time from request to reply, by kind of operation (unknown: refused before it was known)',
    labelNames: ['operation'],
    buckets: seconds,
    registers,
  })
  const sources = new Counter({
    name: 'gateway_operations_total',
    help: 'Valid operations, by where they came from: registered, automatic (persisted by a client), free, or own (for /session)',
    labelNames: ['source'],
    registers,
  })
  const errors = new Counter({
    name: 'gateway_errors_total',
    help: 'Errors in replies, by code',
    labelNames: ['code'],
    registers,
  })
  const fetches = new Histogram({
    name: 'gateway_fetch_seconds',
    help: 'Time of fetches from subgraphs, by outcome',
    labelNames: ['subgraph', 'outcome'],
    buckets: seconds,
    registers,
  })
  const open = new Gauge({
    name: 'gateway_breaker_open',
    help: '1 while a subgraph is not asked because it failed too often',
    labelNames: ['subgraph'],
    registers,
  })
  const refusedTokens = new Counter({
    name: 'gateway_tokens_refused_total',
    help: 'Access tokens that were not believed, by what is wrong with them',
    labelNames: ['refusal'],
    registers,
  })
  const answers = new Counter({
    name: 'gateway_consistent_answers_total',
    help: 'Answers to clients that sent consistency tokens, by whether they contained all that they had to',
    labelNames: ['fresh'],
    registers,
  })
  const refusals = new Counter({
    name: 'gateway_consistency_tokens_refused_total',
    help: 'Requests with consistency tokens that were not waited for, by reason',
    labelNames: ['reason'],
    registers,
  })
  const limited = new Counter({
    name: 'gateway_rate_limited_total',
    help: 'Operations that were refused because their caller asked a root field too often, by field',
    labelNames: ['field'],
    registers,
  })
  new Counter({
    name: 'gateway_supergraph_swaps_total',
    help: 'How often another supergraph was loaded',
    registers,
    collect() {
      this.reset()
      this.inc(swaps())
    },
  })
  return {
    fetch(subgraph) {
      const end = fetches.startTimer({ subgraph })
      return (outcome) => void end({ outcome })
    },
    breaker: (subgraph, isOpen) => open.set({ subgraph }, isOpen ? 1 : 0),
    rateLimited: (field) => limited.inc({ field }),
    ran: (source) => sources.inc({ source }),
    answered(fresh, refused) {
      answers.inc({ fresh: String(fresh) })
      for (const reason of refused) refusals.inc({ reason })
    },
    tokenRefused: (refusal) => refusedTokens.inc({ refusal }),
    operation() {
      const end = operations.startTimer()
      return (operation) => void end({ operation })
    },
    error: (code) => errors.inc({ code }),
  }
}
