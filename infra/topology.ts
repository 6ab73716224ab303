import { join } from 'node:path'
import { readSupergraphList } from '#contracts/supergraph-list.ts'
import { currentGeneration, type ServiceDefinition } from '#cqrs/roles/service.ts'
import { callersOf, type Service, type ServiceName, services, tokenIssuer } from '#subgraphs/services.ts'
import type { DatabaseUrls } from './databases.ts'
import { passedOn } from './variables/passed-on.ts'

/** Every process of a running system on one page: its file, its port, its environment. */

export type Role = 'api' | 'relay' | 'projector' | 'gateway'

export type ProcessSpec = {
  /** As in `posts-relay`; also names its log file. */
  readonly name: string
  readonly role: Role
  /** Its entry point. */
  readonly file: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
}

const sharedPorts = {
  GATEWAY_PORT: 4000,
  GATEWAY_OPS_PORT: 4010,
  POSTGRES_PORT: 4032,
  KAFKA_PORT: 4092,
  KAFKA_CONTROLLER_PORT: 4093,
} as const

type ServiceRole = keyof ServiceDefinition['ports']
export const serviceRoles: readonly ServiceRole[] = ['api', 'relay', 'projector']

/** The processes of a service, as in `posts-relay`. */
export const rolesOf = (service: ServiceName): readonly string[] => serviceRoles.map((role) => `${service}-${role}`)

type ServicePort = `${Uppercase<ServiceName>}_${'' | 'RELAY_' | 'PROJECTOR_'}PORT`

export type Ports = Readonly<Record<keyof typeof sharedPorts | ServicePort, number>>

/** As in `POSTS_PORT` and `POSTS_RELAY_PORT`. */
export const portVariable = (service: ServiceName, role: ServiceRole) =>
  `${service.toUpperCase()}${role === 'api' ? '' : `_${role.toUpperCase()}`}_PORT` as ServicePort

/** Default ports. */
export const standardPorts = {
  ...sharedPorts,
  ...Object.fromEntries(
    services.flatMap(({ name, ports }) => serviceRoles.map((role) => [portVariable(name, role), ports[role]])),
  ),
} as Ports

export type TopologyOptions = {
  readonly ports: Ports
  readonly databases: DatabaseUrls
  readonly kafkaBrokers: string
  /** A secret for each purpose, the same for as long as the data exists. */
  readonly secretFor: (purpose: string) => string
  /** The environment of `npm start`. Each process gets the variables that its schema knows, unless set here. */
  readonly env: NodeJS.ProcessEnv
  /** Additional variables for one process, by its name. They override all others, so that a test can lower a limit. */
  readonly envOf?: (name: string) => Readonly<Record<string, string>>
}

type Variables = Readonly<Record<string, string>>

const listedSubgraphs = (): readonly string[] =>
  readSupergraphList(join(import.meta.dirname, '..', 'contracts', 'supergraph.yaml')).map(({ name }) => name)

/** The roles of every service, then the gateway, which starts when all of them are ready. */
export function topology({ ports, databases, kafkaBrokers, secretFor, env, envOf }: TopologyOptions): {
  readonly roles: readonly ProcessSpec[]
  readonly gateway: ProcessSpec
} {
  const origin = (service: ServiceName) => `http://127.0.0.1:${ports[portVariable(service, 'api')]}`
  const url = (service: ServiceName) => `${origin(service)}/graphql`
  const key = (caller: string, callee: string) => `1:${secretFor(`${caller} to ${callee}`)}`
  const list = (entries: readonly (readonly [string, string])[]) =>
    entries.map(([name, it]) => `${name}=${it}`).join(',')
  /** Later variables override earlier ones: defaults, given ones, those that npm start sets. */
  const envOfProcess = (name: string, port: number, set: Variables, standard: Variables = {}) => ({
    ...standard,
    ...passedOn(name, env),
    PORT: String(port),
    ...set,
    ...envOf?.(name),
  })
  // On one machine all clients have one address: samples, seeds and tests would look like an attack.
  const oneMachine = (standard: Variables): Variables => (env.NODE_ENV === 'production' ? {} : standard)

  function setFor(service: Service, role: ServiceRole): Variables {
    const write = { WRITE_DATABASE_URL: databases[`${service.name}.write`] }
    const read = { READ_DATABASE_URL: databases[`${service.name}.read`], READ_SCHEMA: currentGeneration(service) }
    const kafka = { KAFKA_BROKERS: kafkaBrokers }
    switch (role) {
      case 'api':
        return {
          ...write,
          ...read,
          WRITE_DATABASE_DIRECT_URL: write.WRITE_DATABASE_URL,
          READ_DATABASE_DIRECT_URL: read.READ_DATABASE_URL,
          IDEMPOTENCY_SECRET: secretFor('idempotency'),
          CALLER_KEYS: list(callersOf(service.name).map((caller) => [caller, key(caller, service.name)])),
          ...(service.issuesTokens && { SIGNING_KEY_SECRET: secretFor('signing keys') }),
        }
      case 'relay':
        return { ...write, WRITE_DATABASE_DIRECT_URL: write.WRITE_DATABASE_URL, ...kafka }
      case 'projector':
        return {
          ...write,
          ...read,
          ...kafka,
          ...Object.fromEntries(
            (service.asks ?? []).flatMap((asked) => [
              [`${asked.toUpperCase()}_URL`, url(asked)],
              [`${asked.toUpperCase()}_KEYS`, key(service.name, asked)],
            ]),
          ),
        }
    }
  }

  const roles = services.flatMap((service) =>
    serviceRoles.map((role): ProcessSpec => {
      const port = ports[portVariable(service.name, role)]
      const name = `${service.name}-${role}`
      // Only processes on this machine call a service's roles, so no other machine may reach them.
      const set = { HOST: '127.0.0.1', ...setFor(service, role) }
      const standard =
        service.issuesTokens && role === 'api'
          ? oneMachine({ SIGN_UPS_PER_ADDRESS: '100000', SIGN_INS_PER_ADDRESS: '100000' })
          : {}
      const file = `subgraphs/${service.name}/${role}.ts`
      return { name, role, file, port, env: envOfProcess(name, port, set, standard) }
    }),
  )
  const gateway: ProcessSpec = {
    name: 'gateway',
    role: 'gateway',
    file: 'gateway/main.ts',
    port: ports.GATEWAY_PORT,
    env: envOfProcess(
      'gateway',
      ports.GATEWAY_PORT,
      {
        OPS_PORT: String(ports.GATEWAY_OPS_PORT),
        // Includes external subgraphs of the supergraph: the gateway does not start without a key for each.
        SUBGRAPH_KEYS: list(listedSubgraphs().map((name) => [name, key('gateway', name)])),
        SUBGRAPH_URLS: list(services.map(({ name }) => [name, url(name)])),
      },
      {
        HOST: '127.0.0.1',
        JWKS_URL: `${origin(tokenIssuer.name)}/.well-known/jwks.json`,
        CONSISTENCY_KEYS: secretFor('consistency tokens'),
        ...oneMachine({ RATE_LIMITS: '*=1000000' }),
      },
    ),
  }
  return { roles, gateway }
}
