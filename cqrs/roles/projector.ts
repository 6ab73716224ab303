import { createPool } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { createRegistry } from '#toolkit/process/health.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { createKafkaBroker } from '../broker/kafka.ts'
import { createTopicCheck, type ListedTopic, readTopicSettings } from '../broker/topics.ts'
import { createProjector, type ProjectorOptions } from '../projection/projector.ts'
import type { ProjectorConfig } from './config.ts'
import { closing, healthPart } from './parts.ts'
import { WRITE_SCHEMA } from './write-schema.ts'

/** The projections into one PostgreSQL schema. */
export type Model = Pick<ProjectorOptions, 'projections' | 'tables' | 'owned' | 'lookUp'>

/**
 * The projector role: topics → the tables of the read database, and references → the write database. Each has its own
 * consumer group and stored offsets, so that one can stop without the other.
 */
export function projectorRole(options: {
  readonly service: string
  readonly config: ProjectorConfig
  readonly log: Log
  readonly read: Model
  readonly references?: Model
  /** Called at the end, to close the resources of `owned` and `lookUp`. */
  readonly close?: () => Promise<unknown>
}): Part[] {
  const { service, config, log } = options
  const registry = createRegistry(`${service}-projector`)
  const settings = readTopicSettings(config)
  const broker = createKafkaBroker({ brokers: config.KAFKA_BROKERS, clientId: `${service}-projector`, log })
  const models = [
    { ...options.read, name: config.READ_SCHEMA, schema: config.READ_SCHEMA, url: config.READ_DATABASE_URL },
    ...(options.references
      ? [{ ...options.references, name: 'references', schema: WRITE_SCHEMA, url: config.WRITE_DATABASE_URL }]
      : []),
  ]
  const topics = new Set<ListedTopic>(models.flatMap(({ projections }) => projections.map(({ topic }) => topic)))
  const check = createTopicCheck({ broker, topics: [...topics], settings, log })
  const projectors = models.map(({ url, name, ...model }) => {
    const pool = createPool(url, { bounds: backgroundBounds, max: 8, log })
    const group = `${settings.prefix}${service}.${name}`
    const projector = createProjector({ ...model, name, group, broker, pool, topicSettings: settings, log, registry })
    return { name, pool, projector }
  })
  const checks = {
    topics: check.health,
    ...Object.fromEntries(projectors.map(({ name, projector }) => [name, projector.health])),
  }
  return [
    healthPart({ host: config.HOST, port: config.PORT, checks, registry }),
    closing('broker', () => broker.close()),
    closing('databases', () => Promise.all([...projectors.map(({ pool }) => pool.end()), options.close?.()])),
    check,
    ...projectors.map(({ projector }) => projector),
  ]
}
