import type { FastifyInstance } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Reads, Sql } from '#toolkit/database/client.ts'
import { createRegistry } from '#toolkit/process/health.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import type { Call } from '#toolkit/trust/caller.ts'
import { type Consistency, createConsistency } from '../consistency/consistency.ts'
import type { Siblings } from '../graphql/refuse-unsigned.ts'
import { createSubgraphServer } from '../graphql/server.ts'
import type { Projection } from '../projection/projection.ts'
import type { ApiConfig } from './config.ts'
import { closing, databaseCheck } from './parts.ts'
import { WRITE_SCHEMA } from './write-schema.ts'

type Client = Sql & { $disconnect(): Promise<void> }

/** The api role: mutation → command → write database; query → read database. Needs no Kafka. */
export function apiRole<Write extends Client, Read extends Client, Context extends object>(options: {
  readonly service: string
  readonly config: ApiConfig
  readonly log: Log
  readonly schema: GraphQLSchema
  readonly write: Write
  readonly read: Read
  readonly consistency: Consistency
  /** Called once per request. */
  readonly context: (call: Call) => Context
  /** What siblings may query, by their names in CALLER_KEYS; by default only the gateway may call. */
  readonly siblings?: Siblings
  /** Public routes besides /graphql. */
  readonly routes?: (server: FastifyInstance) => void
}): Part[] {
  const { config, write, read, consistency } = options
  const registry = createRegistry(`${options.service}-api`)
  consistency.register(registry)
  return [
    closing('databases', () => Promise.all([write.$disconnect(), read.$disconnect()])),
    ...consistency.parts,
    createSubgraphServer({
      host: config.HOST,
      port: config.PORT,
      schema: options.schema,
      context: options.context,
      callers: config.CALLER_KEYS,
      siblings: options.siblings ?? {},
      ...(options.routes ? { routes: options.routes } : {}),
      checks: { write: databaseCheck(write), read: databaseCheck(read) },
      log: options.log,
      registry,
    }),
  ]
}

/** Makes the requests of an api wait, in front of its read tables and of its references. */
export const apiConsistency = (options: {
  readonly config: ApiConfig
  readonly log: Log
  readonly read: { readonly client: Reads; readonly projections: readonly Projection[] }
  readonly references?: { readonly client: Reads; readonly projections: readonly Projection[] }
}): Consistency => {
  const { config, log, read, references } = options
  return createConsistency({
    read: {
      database: read.client,
      directUrl: config.READ_DATABASE_DIRECT_URL ?? config.READ_DATABASE_URL,
      schema: config.READ_SCHEMA,
      projections: read.projections,
    },
    ...(references && {
      references: {
        database: references.client,
        directUrl: config.WRITE_DATABASE_DIRECT_URL ?? config.WRITE_DATABASE_URL,
        schema: WRITE_SCHEMA,
        projections: references.projections,
      },
    }),
    topicPrefix: config.TOPIC_PREFIX,
    log,
  })
}
