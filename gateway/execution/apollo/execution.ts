import { ApolloGateway, type SupergraphManager } from '@apollo/gateway'
import type { Log } from '#toolkit/process/log.ts'
import type { GatewayConfig } from '../../config.ts'
import { documentLimits } from '../../limits/document.ts'
import type { FetchMetrics } from '../../metrics.ts'
import { listedSubgraphs } from '../listed-subgraphs.ts'
import { underClientNames } from './client-names.ts'
import { createDataSource, type DataSource } from './data-source.ts'
import { type ReservedNames, reservedNames } from './reserved-names.ts'
import { warmUp } from './warm-up.ts'

/** Plans and executes operations over the subgraphs, through Apollo Server's gateway interface. */
export function createExecution(options: {
  readonly config: GatewayConfig
  readonly supergraph: SupergraphManager
  readonly metrics: FetchMetrics
  readonly log: Log
}) {
  const { config, supergraph, metrics, log } = options
  // Send no telemetry to the vendor. Only the environment can turn it off.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true'
  /** By name and url. They and their connections survive a swap of the supergraph. */
  const subgraphs = new Map<string, DataSource>()
  /** Url by name of each subgraph in the current supergraph. */
  let listed: ReadonlyMap<string, string> = new Map()
  let reserved: ReservedNames = { avoidedIn: (document) => document }
  const urlOf = (name: string, listedUrl: string) => config.SUBGRAPH_URLS.get(name) ?? listedUrl

  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    logger: quiet(log),
    // With the request header apollo-query-plan-experimental, the reply's extensions contain the plan.
    __exposeQueryPlanExperimental: config.NODE_ENV !== 'production',
    buildService({ name, url = '' }) {
      const at = { name, url: urlOf(name, url) }
      const known = subgraphs.get(`${at.name} ${at.url}`)
      const keys = config.SUBGRAPH_KEYS.get(name)
      if (!keys) throw new Error(`SUBGRAPH_KEYS has no key for ${name}`)
      const subgraph =
        known ?? createDataSource({ ...at, key: keys[0], timeoutMs: config.SUBGRAPH_TIMEOUT_MS, metrics, log })
      subgraphs.set(`${at.name} ${at.url}`, subgraph)
      return subgraph
    },
  })
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
    reserved = reservedNames(coreSupergraphSdl)
    listed = new Map([...listedSubgraphs(coreSupergraphSdl)].map(([name, url]) => [name, urlOf(name, url)]))
  })
  const underTheirNames: Pick<ApolloGateway, 'onSchemaLoadOrUpdate' | 'load' | 'stop'> = {
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    async load(options) {
      const { schema, executor } = await gateway.load(options)
      const execute = underClientNames(executor, () => reserved)
      // A supergraph that the made-up operation does not suit serves real ones all the same.
      if (schema)
        await warmUp({ schema, rules: documentLimits(config), execute }).catch((error: unknown) =>
          log.warn({ err: error }, 'warm-up failed'),
        )
      return { schema, executor: execute }
    },
    stop: () => gateway.stop(),
  }
  return {
    gateway: underTheirNames,
    subgraphs: () => listed,
    close: () => Promise.all([...subgraphs.values()].map((subgraph) => subgraph.close())),
  }
}

/** Apollo's logger, redirected to the gateway's own log. */
const quiet = (log: Log) => ({
  debug: (message?: unknown) => log.debug(String(message)),
  info: (message?: unknown) => log.debug(String(message)),
  warn: (message?: unknown) => log.warn(String(message)),
  error: (message?: unknown) => log.error(String(message)),
})
