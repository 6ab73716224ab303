import { ApolloGateway, type GraphQLDataSourceProcessOptions, RemoteGraphQLDataSource } from '@apollo/gateway'
import type { Log } from '#cqrs/process/log.ts'
import type { GatewayConfig } from '../config.ts'
import { createSubgraphFetcher, type SubgraphFetcher } from '../fetcher.ts'
import { createSupergraphFile } from './supergraph.ts'

/** What the resolvers of one request know of the caller. */
export type GatewayContext = { readonly trace: string | undefined }

/** Plans and executes operations over the subgraphs, behind Apollo Server's gateway interface. */
export function createExecution(config: GatewayConfig, log: Log) {
  const supergraph = createSupergraphFile(config.SUPERGRAPH_PATH, log)
  const fetchers = new Map<string, SubgraphFetcher>()

  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    logger: quiet(log),
    queryPlannerConfig: { debug: {} },
    buildService({ name, url }) {
      const fetcher = fetchers.get(name) ?? createSubgraphFetcher(name, config.SUBGRAPH_TIMEOUT_MS)
      fetchers.set(name, fetcher)
      return new Subgraph({ url: config.SUBGRAPH_URLS.get(name) ?? url, fetcher: fetcher.fetcher })
    },
  })
  return {
    gateway,
    supergraph,
    fetchers: fetchers as ReadonlyMap<string, SubgraphFetcher>,
    close: () => Promise.all([...fetchers.values()].map((fetcher) => fetcher.close())),
  }
}

/** Hands the trace on. */
class Subgraph extends RemoteGraphQLDataSource<GatewayContext> {
  override willSendRequest({ request, context }: GraphQLDataSourceProcessOptions<GatewayContext>): void {
    // Loading the supergraph makes requests without a context.
    const trace = (context as Partial<GatewayContext>).trace
    if (trace) request.http?.headers.set('traceparent', trace)
  }
}

/** The gateway's own log, where a person would look for it. */
const quiet = (log: Log) => ({
  debug: (message?: unknown) => log.debug(String(message)),
  info: (message?: unknown) => log.debug(String(message)),
  warn: (message?: unknown) => log.warn(String(message)),
  error: (message?: unknown) => log.error(String(message)),
})
