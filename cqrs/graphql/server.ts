import { ApolloServer, type BaseContext } from '@apollo/server'
import { buildSubgraphSchema } from '@apollo/subgraph'
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import Fastify, { type FastifyRequest } from 'fastify'
import { type GraphQLSchema, parse } from 'graphql'
import type { Registry } from 'prom-client'
import { type HealthChecks, healthRoutes } from '../process/health.ts'
import type { Part } from '../process/lifecycle.ts'
import type { Log } from '../process/log.ts'
import { maskFaults } from './errors.ts'

/** Bytes of a request's body: more than the gateway lets through. */
const BODY_LIMIT = 4 * 1024 * 1024

type Resolvers =
  NonNullable<Parameters<typeof buildSubgraphSchema>[0]> extends infer Modules
    ? Modules extends { resolvers?: infer R }
      ? R
      : never
    : never

/** A subgraph's schema from its text and its resolvers. */
export const subgraphSchema = (schema: string, resolvers: object): GraphQLSchema =>
  buildSubgraphSchema([{ typeDefs: parse(schema), resolvers: resolvers as NonNullable<Resolvers> }])

/** Serves a subgraph at /graphql, with the health routes beside it. */
export function createSubgraphServer<Context extends BaseContext>(options: {
  readonly host: string
  readonly port: number
  readonly schema: GraphQLSchema
  /** Called once a request. */
  readonly context: (request: FastifyRequest) => Context
  readonly checks: HealthChecks
  readonly log: Log
  readonly registry: Registry
}): Part {
  const server = Fastify({ bodyLimit: BODY_LIMIT })
  const apollo = new ApolloServer<Context>({
    schema: options.schema,
    plugins: [fastifyApolloDrainPlugin(server)],
    formatError: maskFaults(options.log),
    includeStacktraceInErrorResponses: false,
    introspection: true,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
  })
  let started = false
  return {
    name: 'api',
    async start() {
      started = true
      healthRoutes(server, options.checks, options.registry)
      await apollo.start()
      await server.register(fastifyApollo(apollo), { context: async (request) => options.context(request) })
      await server.listen({ host: options.host, port: options.port })
    },
    async stop() {
      if (!started) return
      started = false
      await server.close()
      await apollo.stop()
    },
  }
}
