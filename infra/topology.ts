import { join } from 'node:path'
import { readSupergraphList } from '#contracts/supergraph-list.ts'
import type { DatabaseUrls } from './databases.ts'

/** Every process of a running system: what it runs, where it listens, what it is told. The whole picture on one page. */

export type Role = 'api' | 'relay' | 'projector' | 'gateway'

export type ProcessSpec = {
  /** As in `posts-relay`; names its log file too. */
  readonly name: string
  readonly role: Role
  /** Its entry point. */
  readonly file: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
}

/** What stands in for each port when its variable is not set. */
export const standardPorts = {
  GATEWAY_PORT: 4000,
  GATEWAY_OPS_PORT: 4010,
  USERS_PORT: 4001,
  POSTS_PORT: 4002,
  COMMENTS_PORT: 4003,
  USERS_RELAY_PORT: 4011,
  POSTS_RELAY_PORT: 4012,
  COMMENTS_RELAY_PORT: 4013,
  USERS_PROJECTOR_PORT: 4021,
  POSTS_PROJECTOR_PORT: 4022,
  COMMENTS_PROJECTOR_PORT: 4023,
  POSTGRES_PORT: 4032,
  KAFKA_PORT: 4092,
  KAFKA_CONTROLLER_PORT: 4093,
} as const

export type Ports = Readonly<Record<keyof typeof standardPorts, number>>

const services = ['users', 'posts', 'comments'] as const
type Service = (typeof services)[number]

export type TopologyOptions = {
  readonly ports: Ports
  readonly databases: DatabaseUrls
  readonly kafkaBrokers: string
  /** A secret for each purpose, the same for the same purpose as long as the data lives. */
  readonly secretFor: (purpose: string) => string
  /** For every process, such as LOG_LEVEL and TOPIC_PREFIX. */
  readonly env: Readonly<Record<string, string>>
  /** More for one process, by its name; it comes last, so that a test can shorten a time or lower a bound. */
  readonly envOf?: (name: string) => Readonly<Record<string, string>>
}

const listedSubgraphs = (): readonly string[] =>
  readSupergraphList(join(import.meta.dirname, '..', 'contracts', 'supergraph.yaml')).map(({ name }) => name)

const portVariable = (service: Service, role: Role) =>
  `${service.toUpperCase()}${role === 'api' ? '' : `_${role.toUpperCase()}`}_PORT` as keyof Ports

/** The roles of the three services, then the gateway, which starts when all of them are ready. */
export function topology({ ports, databases, kafkaBrokers, secretFor, env, envOf }: TopologyOptions): {
  readonly roles: readonly ProcessSpec[]
  readonly gateway: ProcessSpec
} {
  const at = (service: Service) => `http://127.0.0.1:${ports[portVariable(service, 'api')]}`
  const url = (service: Service) => `${at(service)}/graphql`
  const key = (caller: string, callee: string) => `1:${secretFor(`${caller} to ${callee}`)}`
  const callers = (service: Service) =>
    ['gateway', ...(service === 'users' ? ['comments'] : [])]
      .map((caller) => `${caller}=${key(caller, service)}`)
      .join(',')
  const spec = (service: Service, role: Role, more: Readonly<Record<string, string>>): ProcessSpec => {
    const port = ports[portVariable(service, role)]
    const file = `subgraphs/${service}/${role}.ts`
    const name = `${service}-${role}`
    return { name, role, file, port, env: { ...env, PORT: String(port), ...more, ...envOf?.(name) } }
  }
  const accounts: Readonly<Record<string, string>> = {
    SIGNING_KEY_SECRET: secretFor('signing keys'),
    // On one machine everybody comes from one address: samples, seeds and tests would be taken for an attack.
    ...(env.NODE_ENV !== 'production' && { SIGN_UPS_PER_ADDRESS: '100000', SIGN_INS_PER_ADDRESS: '100000' }),
  }
  const roles = services.flatMap((service) => {
    const write = { WRITE_DATABASE_URL: databases[`${service}.write`] }
    const read = { READ_DATABASE_URL: databases[`${service}.read`], READ_SCHEMA: 'read_1' }
    const kafka = { KAFKA_BROKERS: kafkaBrokers }
    const users: Record<string, string> =
      service === 'comments' ? { USERS_URL: url('users'), USERS_KEYS: key('comments', 'users') } : {}
    return [
      spec(service, 'api', {
        ...write,
        ...read,
        IDEMPOTENCY_SECRET: secretFor('idempotency'),
        CALLER_KEYS: callers(service),
        ...(service === 'users' && accounts),
      }),
      spec(service, 'relay', { ...write, ...kafka }),
      spec(service, 'projector', { ...write, ...read, ...kafka, ...users }),
    ]
  })
  const gateway: ProcessSpec = {
    name: 'gateway',
    role: 'gateway',
    file: 'gateway/main.ts',
    port: ports.GATEWAY_PORT,
    env: {
      ...env,
      PORT: String(ports.GATEWAY_PORT),
      OPS_PORT: String(ports.GATEWAY_OPS_PORT),
      // Also for those that the supergraph lists from elsewhere: without a key for each the gateway does not start.
      SUBGRAPH_KEYS: listedSubgraphs()
        .map((name) => `${name}=${key('gateway', name)}`)
        .join(','),
      SUBGRAPH_URLS: services.map((service) => `${service}=${url(service)}`).join(','),
      // On one machine everybody comes from one address, and so do seeds and measurements.
      ...(env.NODE_ENV !== 'production' && { RATE_LIMITS: '*=1000000' }),
      JWKS_URL: `${at('users')}/.well-known/jwks.json`,
      ...envOf?.('gateway'),
    },
  }
  return { roles, gateway }
}
