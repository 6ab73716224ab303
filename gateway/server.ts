import { ApolloServer } from '@apollo/server'
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify'
import cors from '@fastify/cors'
import { maskFaults } from '#toolkit/graphql/errors.ts'
import { closeServer } from '#toolkit/process/close-server.ts'
import { createHealthServer, createRegistry, type HealthChecks } from '#toolkit/process/health.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import type { GatewayConfig } from './config.ts'
import { consistencyOfReplies } from './consistency/consistency.plugin.ts'
import { createConsistency } from './consistency/consistency.ts'
import { TOKEN_HEADER } from './consistency/request-tokens.ts'
import { createContext, type GatewayContext } from './context.ts'
import { boundedErrors } from './errors/bounded.ts'
import { changeErrors } from './errors/change-errors.plugin.ts'
import { isForGatewayClients } from './errors/for-clients.ts'
import { onePerService } from './errors/one-per-service.ts'
import { createExecution } from './execution/apollo/execution.ts'
import { knownOperation } from './execution/apollo/known-operation.plugin.ts'
import { ownOperations } from './execution/apollo/own-operations.ts'
import { inPlainWords } from './execution/apollo/plain-messages.ts'
import { refusalError } from './execution/apollo/refuse.ts'
import { createSupergraphFile } from './execution/apollo/supergraph.ts'
import { valueCompletion } from './execution/apollo/value-completion.plugin.ts'
import { createClocks } from './execution/clocks.ts'
import { createFrontDoor } from './http/front-door.ts'
import { bareHealth } from './http/health.ts'
import { legacyStatus } from './http/legacy-status.plugin.ts'
import { playgroundRoutes } from './http/playground.ts'
import { admission } from './limits/admission.plugin.ts'
import { documentLimits, validationBounds } from './limits/document.ts'
import { boundedSource } from './limits/source.plugin.ts'
import { measured } from './metrics.plugin.ts'
import { gatewayMetrics } from './metrics.ts'
import { automaticQueries } from './operations/automatic.ts'
import { createManifestFiles } from './operations/manifest-files.ts'
import { persistedOperations } from './operations/persisted.plugin.ts'
import { rateLimitHealth } from './rate-limits/health.ts'
import { createMemoryCount } from './rate-limits/memory.ts'
import { rateLimits } from './rate-limits/rate-limits.plugin.ts'
import { WINDOW_MS } from './rate-limits/rate-limits.ts'
import { createSharedCount } from './rate-limits/shared.ts'
import { sessionCookies } from './sessions/cookies.ts'
import { credentialsOf } from './sessions/credentials.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { askUsers } from './sessions/users.ts'
import { createTokens } from './tokens/tokens.ts'

/** The gateway: GraphQL at /graphql, a playground, and a separate address for operators. */
export function createGateway(config: GatewayConfig, log: Log): Part {
  const open = config.NODE_ENV !== 'production'
  const server = createFrontDoor(config, log)
  const supergraph = createSupergraphFile(config.SUPERGRAPH_PATH, log)
  const mode = config.PERSISTED_OPERATIONS
  const manifests = createManifestFiles(config.PERSISTED_MANIFESTS, log)
  const registry = createRegistry('gateway')
  const metrics = gatewayMetrics(registry, () => supergraph.state().swaps)
  const tokens = createTokens(config, metrics.tokenRefused, log)
  const alone = createMemoryCount(WINDOW_MS)
  const store = config.RATE_LIMIT_DATABASE_URL
  const shared = store === undefined ? undefined : createSharedCount(store, WINDOW_MS, alone, log)
  const masked = maskFaults(log, isForGatewayClients)
  const consistency = createConsistency(config)
  const execution = createExecution({ config, supergraph, metrics, log })
  const clocks = createClocks(execution.subgraphs)
  // Another issuer's tokens are not those of users' sessions.
  const cookies = config.OIDC_ISSUER === undefined ? sessionCookies({ secure: !open }) : undefined
  const apollo = new ApolloServer<GatewayContext>({
    gateway: execution.gateway,
    introspection: open,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: automaticQueries(config),
    parseOptions: { maxTokens: config.MAX_TOKENS },
    validationRules: documentLimits(config),
    validationOptions: validationBounds(open),
    formatError: (formatted, error) => inPlainWords(masked(formatted, error)),
    plugins: [
      fastifyApolloDrainPlugin(server),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      boundedSource(config.MAX_TOKENS),
      persistedOperations({ registered: manifests.registered, enforced: mode === 'enforce', ran: metrics.ran }),
      knownOperation,
      rateLimits(config.RATE_LIMITS, shared?.count ?? alone, metrics.rateLimited),
      admission(config.MAX_COST),
      valueCompletion,
      changeErrors((errors) => boundedErrors(onePerService(errors))),
      consistencyOfReplies(metrics),
      legacyStatus,
      measured(metrics),
    ],
  })
  let loaded = false
  const checks: HealthChecks = {
    supergraph: () =>
      loaded ? { ready: true, ...supergraph.state() } : { ready: false, reason: 'the supergraph is not loaded' },
    persistedOperations: () => ({ ready: true, mode, ...manifests.state() }),
    clocks: clocks.health,
    rateLimits: rateLimitHealth(shared, registry),
  }
  const ops = createHealthServer({ host: config.OPS_HOST, port: config.OPS_PORT, checks, registry })

  return {
    name: 'gateway',
    async start() {
      await ops.start()
      bareHealth(server, checks)
      if (mode !== 'off') manifests.start()
      await apollo.start()
      loaded = true
      tokens.start()
      clocks.start()
      shared?.start()
      if (config.CORS_ORIGINS.length > 0)
        await server.register(cors, {
          origin: config.CORS_ORIGINS,
          strictPreflight: false,
          exposedHeaders: ['retry-after', TOKEN_HEADER],
        })
      if (open) await playgroundRoutes(server)
      const contexts = { authenticate: tokens.authenticate, consistency, timeoutMs: config.REQUEST_TIMEOUT_MS }
      const run = ownOperations(apollo)
      if (cookies)
        sessionRoutes(server, cookies, (request, reply) =>
          askUsers(run, (authorization) => createContext(request, reply, authorization, contexts)),
        )
      await server.register(fastifyApollo(apollo), {
        method: ['GET', 'POST'],
        async context(request, reply) {
          const context = await createContext(request, reply, credentialsOf(request, cookies), contexts)
          if ('refused' in context) throw refusalError(context.refused)
          return context
        },
      })
      await server.listen({ host: config.HOST, port: config.PORT })
    },
    async stop() {
      manifests.stop()
      clocks.stop()
      await ops.stop()
      if (!loaded) return
      loaded = false
      tokens.stop()
      await closeServer(server)
      await apollo.stop()
      await execution.close()
      await shared?.close()
    },
  }
}
