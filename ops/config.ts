import { z } from 'zod'
import { portConfig } from '#infra/installation-config.ts'
import { serviceRoles } from '#infra/topology.ts'
import { type ServiceName, serviceNames } from '#subgraphs/services.ts'
import { kafkaConfig, optionalDatabaseUrl } from '#toolkit/process/config.ts'

const { KAFKA_BROKERS, TOPIC_PREFIX } = kafkaConfig
const { GATEWAY_PORT: _, KAFKA_CONTROLLER_PORT: __, ...ports } = portConfig

type Of = 'WRITE_DATABASE' | 'READ_DATABASE' | 'WRITE_DATABASE_DIRECT' | 'API' | 'RELAY' | 'PROJECTOR'
type UrlVariable = `${Uppercase<ServiceName>}_${Of}_URL` | 'GATEWAY_OPS_URL'

/** A variable such as `POSTS_READ_DATABASE_URL`. */
export const databaseVariable = (service: ServiceName, side: 'write' | 'read') =>
  `${service.toUpperCase()}_${side.toUpperCase()}_DATABASE_URL` as UrlVariable

/** A variable such as `POSTS_WRITE_DATABASE_DIRECT_URL`. */
export const directVariable = (service: ServiceName) =>
  `${service.toUpperCase()}_WRITE_DATABASE_DIRECT_URL` as UrlVariable

/** A variable such as `POSTS_RELAY_URL`; for the gateway, `GATEWAY_OPS_URL`, its port for operators. */
export const roleVariable = (name: string) =>
  (name === 'gateway' ? 'GATEWAY_OPS_URL' : `${name.toUpperCase().replace('-', '_')}_URL`) as UrlVariable

const databaseUrls = serviceNames.flatMap((service) => [
  ...(['write', 'read'] as const).map((side) => [
    databaseVariable(service, side),
    optionalDatabaseUrl(`the ${side} database of ${service}, when it is not on the server of POSTGRES_URL`),
  ]),
  [
    directVariable(service),
    optionalDatabaseUrl(`the write database of ${service} without a pooler in between, which a session needs`),
  ],
])

const roleUrls = ['gateway', ...serviceNames.flatMap((name) => serviceRoles.map((role) => `${name}-${role}`))].map(
  (name) => [
    roleVariable(name),
    z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({
        value: 'an http or https url, without a path',
        description: `where ${name === 'gateway' ? 'the gateway' : name} says how it is; its port on this machine when it is not set`,
      }),
  ],
)

/** The configuration of the operator's commands. */
export const opsConfig = z.object({
  POSTGRES_URL: optionalDatabaseUrl('the server that has all databases, when it is not that of npm start'),
  KAFKA_BROKERS: KAFKA_BROKERS.optional().meta({
    ...KAFKA_BROKERS.meta(),
    description: 'where Kafka is, when it is not that of npm start',
  }),
  TOPIC_PREFIX,
  ...ports,
  ...(Object.fromEntries([...databaseUrls, ...roleUrls]) as Readonly<Record<UrlVariable, z.ZodOptional<z.ZodString>>>),
})
