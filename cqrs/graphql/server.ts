import { ApolloServer, type BaseContext } from '@apollo/server'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { type GraphQLSchema, parse } from 'graphql'
import type { Registry } from 'prom-client'
import { maskFaults } from '#toolkit/graphql/errors.ts'
import { closeServer } from '#toolkit/process/close-server.ts'
import { type HealthChecks, healthRoutes } from '#toolkit/process/health.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { type Call, decodeCaller } from '#toolkit/trust/caller.ts'
import type { KeysByPeer } from '#toolkit/trust/keys.ts'
import { CALLER_HEADER } from '#toolkit/trust/signature.ts'
import { readTraceparent } from '#toolkit/trust/traceparent.ts'
import { consistencyExtension, consistentRequests } from '../consistency/server.ts'
import { refuseUnsigned, type Siblings } from './refuse-unsigned.ts'

/** The maximum size of a request's body, in bytes: more than the gateway accepts. */
const BODY_LIMIT = 4 * 1024 * 1024

/** Builds a subgraph's schema from its text and its resolvers. */
export const subgraphSchema = (schema: string, resolvers: object): GraphQLSchema =>
  buildSubgraphSchema([{ typeDefs: parse(schema), resolvers: resolvers as GraphQLResolverMap<unknown> }])

/** Serves a subgraph at /graphql to callers that sign their requests, and the health routes. */
export function createSubgraphServer<Context extends BaseContext>(options: {
  readonly host: string
  readonly port: number
  readonly schema: GraphQLSchema
  /** Called once per request. */
  readonly context: (call: Call) => Context
  /** The permitted callers, and the keys that they sign with. */
  readonly callers: KeysByPeer
  readonly siblings: Siblings
  /** Public routes besides /graphql. */
  readonly routes?: (server: FastifyInstance) => void
  readonly checks: HealthChecks
  readonly log: Log
  readonly registry: Registry
}): Part {
  const server = Fastify({ bodyLimit: BODY_LIMIT })
  const apollo = new ApolloServer<Context>({
    schema: options.schema,
    plugins: [fastifyApolloDrainPlugin(server), ApolloServerPluginInlineTraceDisabled(), consistencyExtension],
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
      options.routes?.(server)
      const { callers: keys, siblings, log, registry } = options
      refuseUnsigned(server, { keys, siblings, log, registry })
      consistentRequests(server)
      await apollo.start()
      await server.register(fastifyApollo(apollo), { context: async (request) => options.context(callOf(request)) })
      await server.listen({ host: options.host, port: options.port })
    },
    async stop() {
      if (!started) return
      started = false
      await closeServer(server)
      await apollo.stop()
    },
  }
}

/** The client's request, for which this one is made. */
function callOf({ headers }: FastifyRequest): Call {
  const { [CALLER_HEADER]: caller } = headers
  return {
    ...decodeCaller(typeof caller === 'string' ? caller : undefined),
    trace: readTraceparent(headers.traceparent),
  }
}
