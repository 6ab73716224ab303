import { GraphQLError } from 'graphql'

/** A subgraph that could not be asked, as the client is told: which, not where or how. */
export const subgraphFault = (service: string, code: 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_TIMEOUT', cause: unknown) =>
  new GraphQLError(
    code === 'SUBGRAPH_TIMEOUT'
      ? `The ${service} service did not answer in time. What it would have answered is missing.`
      : `The ${service} service is not available. What it would have answered is missing.`,
    { originalError: cause as Error, extensions: { code, service } },
  )
