import type { GraphQLDataSource } from '@apollo/gateway'
import type { GatewayContext } from '../../context.ts'
import { createTransport, type TransportOptions } from '../transport.ts'

/** One subgraph, as a data source of Apollo's gateway. */
export type DataSource = GraphQLDataSource<GatewayContext> & {
  close(): Promise<void>
}

/**
 * Translates between Apollo's gateway and a transport. Only here are the whole body of a fetch and the whole reply at
 * hand, with the context of the client's request: Apollo's gateway adds no extensions to a fetch, and drops those of a
 * reply.
 */
export function createDataSource(options: TransportOptions): DataSource {
  const transport = createTransport(options)
  return {
    close: transport.close,
    async process({ request: { query = '', variables, operationName }, context }) {
      // Loading a supergraph may query a subgraph outside a request.
      const { call, deadline }: Partial<GatewayContext> = context
      return transport.send({
        body: JSON.stringify({ query, variables, operationName }),
        // A mutation may have been executed before the connection broke.
        repeatable: !query.startsWith('mutation'),
        call,
        deadline,
      })
    },
  }
}
