import { z } from 'zod'
import {
  commonConfig,
  databaseUrl,
  kafkaConfig,
  optionalDatabaseUrl,
  port,
  topicPrefix,
} from '#toolkit/process/config.ts'
import { keysByPeer } from '#toolkit/trust/keys.ts'
import { currentGeneration, type ServiceDefinition } from './service.ts'

type Role = keyof ServiceDefinition['ports']

/** The variables that a service adds to those of the role. */
type Own<Service, Of extends Role> = Service extends {
  variables: Readonly<Record<Of, infer Shape extends z.ZodRawShape>>
}
  ? Shape
  : Record<never, never>

const own = <Service extends ServiceDefinition, Of extends Role>(service: Service, role: Of) =>
  (service.variables?.[role] ?? {}) as Own<Service, Of>

const readSchema = (service: ServiceDefinition) =>
  z
    // Another build projects and reads the others: this one would write this release's columns into their tables.
    .enum([currentGeneration(service)], `this build reads another generation of ${service.name}`)
    .default(currentGeneration(service))
    .describe('the generation of the read model: a PostgreSQL schema')

const writeUrl = databaseUrl.describe('the write database of the service')
const readUrl = databaseUrl.describe('the read database of the service')
const writeDirectUrl = optionalDatabaseUrl(
  'the write database without a pooler in between, which locks and notifications need; WRITE_DATABASE_URL when it is not set',
)
const readDirectUrl = optionalDatabaseUrl(
  'the read database without a pooler in between, which notifications need; READ_DATABASE_URL when it is not set',
)

/** The configuration of an api role. */
export const apiConfig = <const Service extends ServiceDefinition>(service: Service) =>
  z
    .object({
      ...commonConfig,
      ...topicPrefix,
      PORT: port(service.ports.api),
      WRITE_DATABASE_URL: writeUrl,
      WRITE_DATABASE_DIRECT_URL: writeDirectUrl,
      READ_DATABASE_URL: readUrl,
      READ_DATABASE_DIRECT_URL: readDirectUrl,
      READ_SCHEMA: readSchema(service),
      IDEMPOTENCY_SECRET: z.string().min(16).describe('keys the digests that are kept of commands'),
      CALLER_KEYS: keysByPeer.describe('the keys that the gateway, or a sibling, signs its requests with'),
    })
    .extend(own(service, 'api'))
export type ApiConfig<Service extends ServiceDefinition = ServiceDefinition> = z.infer<
  ReturnType<typeof apiConfig<Service>>
>

/** The configuration of a relay role. With a pooler in front of PostgreSQL, locks and LISTEN need a direct url. */
export const relayConfig = <const Service extends ServiceDefinition>(service: Service) =>
  z
    .object({
      ...commonConfig,
      ...kafkaConfig,
      PORT: port(service.ports.relay),
      WRITE_DATABASE_URL: writeUrl,
      WRITE_DATABASE_DIRECT_URL: writeDirectUrl,
    })
    .extend(own(service, 'relay'))
export type RelayConfig<Service extends ServiceDefinition = ServiceDefinition> = z.infer<
  ReturnType<typeof relayConfig<Service>>
>

/** The configuration of a projector role. */
export const projectorConfig = <const Service extends ServiceDefinition>(service: Service) =>
  z
    .object({
      ...commonConfig,
      ...kafkaConfig,
      PORT: port(service.ports.projector),
      WRITE_DATABASE_URL: writeUrl,
      READ_DATABASE_URL: readUrl,
      READ_SCHEMA: readSchema(service),
    })
    .extend(own(service, 'projector'))
export type ProjectorConfig<Service extends ServiceDefinition = ServiceDefinition> = z.infer<
  ReturnType<typeof projectorConfig<Service>>
>
