import type { GraphQLDataSource } from '@apollo/gateway'
import { createSeldom } from '#toolkit/process/seldom.ts'
import { readSubgraphExtension } from '../../consistency/subgraph-extension.ts'
import type { GatewayContext } from '../../context.ts'
import { createTransport, type TransportOptions } from '../transport.ts'

/** At most one ignored extension is logged in this time, in milliseconds. */
const LOG_EVERY_MS = 10_000

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
  const { name, log } = options
  const transport = createTransport(options)
  const seldom = createSeldom(LOG_EVERY_MS)
  const reportIgnored = () => {
    const leftOut = seldom('')
    if (leftOut !== undefined)
      log.warn({ subgraph: name, leftOut }, `${name}: extensions.consistency is ignored: see docs/PROTOCOL.md`)
  }
  return {
    close: transport.close,
    async process({ request: { query = '', variables, operationName }, context }) {
      // Loading a supergraph may query a subgraph outside a request.
      const { call, deadline, consistency }: Partial<GatewayContext> = context
      const mutation = query.startsWith('mutation')
      const operation = consistency?.operation
      const takesPart = operation?.takesPart(mutation) ?? false
      const thisFetch = {}
      const sent = transport.send({
        body: (leftMs) =>
          JSON.stringify({
            query,
            variables,
            operationName,
            ...(takesPart && { extensions: { consistency: operation?.ask(thisFetch, leftMs, performance.now()) } }),
          }),
        mayWait: takesPart,
        // A mutation may have been executed before the connection broke.
        repeatable: !mutation,
        call,
        deadline,
      })
      if (!takesPart) return await sent
      const reply = await sent
        .catch((error: unknown) => {
          operation?.failed()
          throw error
        })
        .finally(() => operation?.ended(thisFetch))
      const said = readSubgraphExtension(reply.extensions)
      if (said) operation?.add(name, said, performance.now())
      else if (said === null) {
        operation?.failed()
        reportIgnored()
      }
      return reply
    },
  }
}
