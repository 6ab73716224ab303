import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases'
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth'
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives'
import cors from '@fastify/cors'
import Fastify from 'fastify'
import { closeServer } from '#cqrs/process/close-server.ts'
import { createRegistry, healthRoutes } from '#cqrs/process/health.ts'
import type { Part } from '#cqrs/process/lifecycle.ts'
import type { Log } from '#cqrs/process/log.ts'
import type { GatewayConfig } from './config.ts'
import { maskErrors } from './errors.ts'
import { createExecution, type GatewayContext } from './execution/apollo.ts'
import { oneErrorPerService } from './one-error-per-service.ts'
import { playgroundRoutes } from './playground.ts'
import { valueCompletion } from './value-completion.ts'

/** The one door: GraphQL at /graphql, a playground for people, health and metrics. */
export function createGateway(config: GatewayConfig, log: Log): Part {
  // Nothing of what passes here is told to the vendor.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true'
  const open = config.NODE_ENV !== 'production'
  const server = Fastify({ bodyLimit: config.MAX_BODY_BYTES, requestTimeout: config.REQUEST_TIMEOUT_MS })
  const execution = createExecution(config, log)
  const apollo = new ApolloServer<GatewayContext>({
    gateway: execution.gateway,
    introspection: open,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: config.MAX_TOKENS },
    validationRules: [
      maxDepthRule({ n: config.MAX_DEPTH, flattenFragments: true }),
      maxAliasesRule({ n: config.MAX_ALIASES }),
      maxDirectivesRule({ n: config.MAX_DIRECTIVES }),
    ],
    formatError: maskErrors(log),
    plugins: [
      fastifyApolloDrainPlugin(server),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      valueCompletion,
      oneErrorPerService,
    ],
  })
  let loaded = false

  return {
    name: 'gateway',
    async start() {
      const registry = createRegistry('gateway')
      healthRoutes(
        server,
        {
          supergraph: () =>
            loaded
              ? { ready: true, ...execution.supergraph.state() }
              : { ready: false, reason: 'the supergraph is not loaded' },
        },
        registry,
      )
      await apollo.start()
      loaded = true
      if (config.CORS_ORIGINS.length > 0) await server.register(cors, { origin: config.CORS_ORIGINS })
      if (open) await playgroundRoutes(server)
      server.setErrorHandler((error: Error & { statusCode?: number; code?: string }, _request, reply) => {
        const status = error.statusCode ?? 500
        if (status >= 500) log.error({ err: error }, 'request failed')
        const message = status >= 500 ? 'Something went wrong on our side.' : error.message
        return reply.code(status).send({
          errors: [{ message, extensions: { code: status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST' } }],
        })
      })
      await server.register(fastifyApollo(apollo), {
        context: async ({ headers }) => ({
          trace: typeof headers.traceparent === 'string' ? headers.traceparent : undefined,
        }),
      })
      await server.listen({ host: config.HOST, port: config.PORT })
    },
    async stop() {
      if (!loaded) return
      loaded = false
      await closeServer(server)
      await apollo.stop()
      await execution.close()
    },
  }
}
