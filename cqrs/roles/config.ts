import { z } from 'zod'
import { commonConfig, databaseUrl, kafkaConfig, port } from '../process/config.ts'
import { keysByPeer } from '../trust/keys.ts'
import { currentGeneration, type ServiceDefinition } from './service.ts'

type Role = keyof ServiceDefinition['ports']

/** The variables that a service adds to those of a role. */
type Own<Service, Of extends Role> = Service extends {
  variables: Readonly<Record<Of, infer Shape extends z.ZodRawShape>>
}
  ? Shape
  : Record<never, never>

const own = <Service extends ServiceDefinition, Of extends Role>(service: Service, role: Of) =>
  (service.variables?.[role] ?? {}) as Own<Service, Of>

const readSchema = (service: ServiceDefinition) =>
  z
    .enum(service.generations, `must be ${service.generations.join(' or ')}`)
    .default(currentGeneration(service))
    .describe('the generation of the read model')

/** What an api role reads. */
export const apiConfig = <const Service extends ServiceDefinition>(service: Service) =>
  z
    .object({
      ...commonConfig,
      PORT: port(service.ports.api),
      WRITE_DATABASE_URL: databaseUrl,
      READ_DATABASE_URL: databaseUrl,
      READ_SCHEMA: readSchema(service),
      IDEMPOTENCY_SECRET: z.string().min(16).describe('16 characters or more; keys the digests kept of commands'),
      CALLER_KEYS: keysByPeer,
    })
    .extend(own(service, 'api'))
export type ApiConfig<Service extends ServiceDefinition = ServiceDefinition> = z.infer<
  ReturnType<typeof apiConfig<Service>>
>

/** What a relay role reads. Locks and LISTEN need a direct url where a pooler stands in front of PostgreSQL. */
export const relayConfig = <const Service extends ServiceDefinition>(service: Service) =>
  z
    .object({
      ...commonConfig,
      ...kafkaConfig,
      PORT: port(service.ports.relay),
      WRITE_DATABASE_URL: databaseUrl,
      WRITE_DATABASE_DIRECT_URL: databaseUrl.optional(),
    })
    .extend(own(service, 'relay'))
export type RelayConfig<Service extends ServiceDefinition = ServiceDefinition> = z.infer<
  ReturnType<typeof relayConfig<Service>>
>

/** What a projector role reads. */
export const projectorConfig = <const Service extends ServiceDefinition>(service: Service) =>
  z
    .object({
      ...commonConfig,
      ...kafkaConfig,
      PORT: port(service.ports.projector),
      WRITE_DATABASE_URL: databaseUrl,
      READ_DATABASE_URL: databaseUrl,
      READ_SCHEMA: readSchema(service),
    })
    .extend(own(service, 'projector'))
export type ProjectorConfig<Service extends ServiceDefinition = ServiceDefinition> = z.infer<
  ReturnType<typeof projectorConfig<Service>>
>
