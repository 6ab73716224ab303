import { createRegistry } from '#toolkit/process/health.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { createKafkaBroker } from '../broker/kafka.ts'
import { createTopicCheck, type ListedTopic, readTopicSettings } from '../broker/topics.ts'
import { forgetExpiredKeys } from '../command/idempotency.ts'
import type { OwnedTopic } from '../outbox/positions.ts'
import { createRelay } from '../outbox/relay.ts'
import type { Tidy } from '../outbox/tidying.ts'
import type { RelayConfig } from './config.ts'
import { closing, healthPart } from './parts.ts'
import { WRITE_SCHEMA } from './write-schema.ts'

/** The relay role: outbox rows → the topics that the service owns. */
export function relayRole(options: {
  readonly service: string
  readonly config: RelayConfig
  readonly log: Log
  /** The service's aggregates: the relay compares their tables with the ends of their topics. */
  readonly aggregates: readonly (OwnedTopic & { readonly topic: ListedTopic })[]
  /** Tasks that delete expired rows of the service, every minute. A task that fails is retried a minute later. */
  readonly tidy?: readonly Tidy[]
  /** Called at the end, to close the resources of `tidy`. */
  readonly close?: () => Promise<unknown>
}): Part[] {
  const { service, config, log, aggregates, tidy = [] } = options
  const registry = createRegistry(`${service}-relay`)
  const broker = createKafkaBroker({ brokers: config.KAFKA_BROKERS, clientId: `${service}-relay`, log })
  const topics = aggregates.map(({ topic }) => topic)
  const check = createTopicCheck({ broker, topics, settings: readTopicSettings(config), log })
  const relay = createRelay({
    service,
    connectionString: config.WRITE_DATABASE_DIRECT_URL ?? config.WRITE_DATABASE_URL,
    schema: WRITE_SCHEMA,
    broker,
    topicPrefix: config.TOPIC_PREFIX,
    topics: aggregates,
    tidy: [forgetExpiredKeys, ...tidy],
    log,
    registry,
  })
  const checks = { topics: check.health, relay: relay.health }
  return [
    healthPart({ host: config.HOST, port: config.PORT, checks, registry }),
    closing('broker', () => broker.close()),
    closing('database', async () => options.close?.()),
    check,
    relay,
  ]
}
