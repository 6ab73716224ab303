import { readFileSync } from 'node:fs'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { topics } from '#contracts/topics.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { createTopicCheck, readTopicSettings } from '#cqrs/broker/topics.ts'
import { createRunner } from '#cqrs/command/runner.ts'
import { createSubgraphServer, subgraphSchema } from '#cqrs/graphql/server.ts'
import { createRelay } from '#cqrs/outbox/relay.ts'
import { republish } from '#cqrs/outbox/republish.ts'
import { createWake } from '#cqrs/outbox/wake.ts'
import { createRegistry } from '#cqrs/process/health.ts'
import type { Part } from '#cqrs/process/lifecycle.ts'
import type { Log } from '#cqrs/process/log.ts'
import {
  type ApiConfig,
  closing,
  databaseCheck,
  healthPart,
  type ProjectorConfig,
  type RelayConfig,
} from '#cqrs/process/roles.ts'
import { createProjector } from '#cqrs/projection/projector.ts'
import { PrismaClient as ReadClient } from '#prisma/users/read/generated/client.ts'
import { PrismaClient as WriteClient } from '#prisma/users/write/generated/client.ts'
import { createContext } from './context.ts'
import { users } from './read/projections/users.ts'
import { resolvers } from './resolvers.ts'
import { rejections } from './write/rejections.ts'
import { createStore } from './write/store.ts'
import { user } from './write/user.ts'

/** The PostgreSQL schema of the write side. */
const WRITE = 'write'

const writeClient = (connectionString: string) =>
  new WriteClient({ adapter: new PrismaPg({ connectionString }, { schema: WRITE }) })

/** mutation → command → write database; query → read database. */
export function api(config: ApiConfig, log: Log): Part[] {
  const registry = createRegistry('users-api')
  const write = writeClient(config.WRITE_DATABASE_URL)
  const read = new ReadClient({
    adapter: new PrismaPg({ connectionString: config.READ_DATABASE_URL }, { schema: config.READ_SCHEMA }),
  })
  const run = createRunner({
    database: write,
    schema: WRITE,
    store: createStore,
    messages: rejections,
    idempotencySecret: config.IDEMPOTENCY_SECRET,
    onCommit: createWake(write, WRITE),
  })
  return [
    closing('databases', () => Promise.all([write.$disconnect(), read.$disconnect()])),
    createSubgraphServer({
      host: config.HOST,
      port: config.PORT,
      schema: subgraphSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'), resolvers),
      context: (caller) => createContext(run, read, caller),
      checks: { write: databaseCheck(write), read: databaseCheck(read) },
      log,
      registry,
    }),
  ]
}

/** outbox rows → blog.users.v1 */
export function relay(config: RelayConfig, log: Log): Part[] {
  const registry = createRegistry('users-relay')
  const broker = createKafkaBroker({ brokers: config.KAFKA_BROKERS, clientId: 'users-relay', log })
  const check = createTopicCheck({ broker, topics: [topics.users], settings: readTopicSettings(config), log })
  const relay = createRelay({
    service: 'users',
    connectionString: config.WRITE_DATABASE_DIRECT_URL ?? config.WRITE_DATABASE_URL,
    schema: WRITE,
    broker,
    topicPrefix: config.TOPIC_PREFIX,
    log,
    registry,
  })
  const checks = { topics: check.health, relay: relay.health }
  return [
    healthPart({ host: config.HOST, port: config.PORT, checks, registry }),
    closing('broker', () => broker.close()),
    check,
    relay,
  ]
}

/** blog.users.v1 → read tables */
export function projector(config: ProjectorConfig, log: Log): Part[] {
  const registry = createRegistry('users-projector')
  const settings = readTopicSettings(config)
  const broker = createKafkaBroker({ brokers: config.KAFKA_BROKERS, clientId: 'users-projector', log })
  const check = createTopicCheck({ broker, topics: [topics.users], settings, log })
  const write = writeClient(config.WRITE_DATABASE_URL)
  const pool = new pg.Pool({ connectionString: config.READ_DATABASE_URL })
  const projector = createProjector({
    name: config.READ_SCHEMA,
    group: `${config.TOPIC_PREFIX}users.${config.READ_SCHEMA}`,
    broker,
    pool,
    schema: config.READ_SCHEMA,
    projections: [users],
    tables: ['users'],
    topicSettings: settings,
    owned: {
      topic: topics.users,
      republish: async (keys) => {
        const onCommit = createWake(write, WRITE)
        await republish({ database: write, schema: WRITE, store: createStore, aggregate: user, keys, onCommit })
      },
    },
    log,
    registry,
  })
  const checks = { topics: check.health, projector: projector.health }
  return [
    healthPart({ host: config.HOST, port: config.PORT, checks, registry }),
    closing('broker', () => broker.close()),
    closing('databases', () => Promise.all([write.$disconnect(), pool.end()])),
    check,
    projector,
  ]
}
