import type { ServiceDefinition } from '#cqrs/roles/service.ts'
import { callersOf, type Service, serviceNames, services, tokenIssuer } from '#subgraphs/services.ts'
import { serviceRoles, standardPorts } from '../topology.ts'
import { head, servers, topics, volumes } from './compose-parts.ts'

/** docker-compose.yml, generated from the definitions of the services. Compose substitutes `${NAME:-standard}`. */
export const composeFile = (): string =>
  [
    head,
    ...services.map(databasesOf),
    servers,
    migrate,
    topics,
    ...services.flatMap((service) => serviceRoles.map((role) => roleOf(service, role))),
    gateway(),
    ops(),
    volumes,
  ].join('\n')

type Role = keyof ServiceDefinition['ports']

/** A published value, for trying it out: in production no process accepts it as a secret. */
const published = (variable: string) => `\${${variable}:-only-for-trying-it-out}`
const password = (service: string) => published(`${service.toUpperCase()}_DATABASE_PASSWORD`)
const pair = (caller: string, callee: string) => `1:${published(`${caller}_to_${callee}_secret`.toUpperCase())}`
const list = (entries: readonly (readonly [string, string])[]) => entries.map(([name, it]) => `${name}=${it}`).join(',')
const at = (service: Service, role: Role) => `http://${service.name}-${role}:${service.ports[role]}`

const databasesOf = ({ name, databases }: Service) =>
  (['write', 'read'] as const)
    .map(
      (side) => `x-${name}-${side}:
  &${name}-${side} {
    ${side.toUpperCase()}_DATABASE_URL: "postgresql://${name}:${password(name)}@postgres:5432/${databases[side]}",
  }`,
    )
    .join('\n')

const migrate = `  migrate:
    <<: *job
    command: [node, infra/jobs/migrate.ts]
    environment:
      <<: *mode
      POSTGRES_URL: "postgresql://inkstream:\${POSTGRES_PASSWORD:-inkstream}@postgres:5432/postgres"
      DATABASE_PASSWORDS: "${list(serviceNames.map((name) => [name, password(name)]))}"
    depends_on:
      postgres: { condition: service_healthy }
`

/** The anchors that are merged into a role's environment. */
const merged: Readonly<Record<Role, (name: string) => readonly string[]>> = {
  api: (name) => [`${name}-write`, `${name}-read`, 'mode', 'secret'],
  relay: (name) => [`${name}-write`, 'kafka', 'mode'],
  projector: (name) => [`${name}-write`, `${name}-read`, 'kafka', 'mode'],
}

function variablesOf(service: Service, role: Role): readonly (readonly [string, string])[] {
  const { name, ports, asks = [], issuesTokens } = service
  const port = ['PORT', String(ports[role])] as const
  switch (role) {
    case 'api':
      return [
        port,
        ...(issuesTokens ? [['SIGNING_KEY_SECRET', published('SIGNING_KEY_SECRET')] as const] : []),
        ['CALLER_KEYS', list(callersOf(name).map((caller) => [caller, pair(caller, name)]))],
      ]
    case 'relay':
      return [port]
    case 'projector':
      return [
        port,
        ...services
          .filter((asked) => asks.includes(asked.name))
          .flatMap((asked): [string, string][] => [
            [`${asked.name.toUpperCase()}_URL`, `${at(asked, 'api')}/graphql`],
            [`${asked.name.toUpperCase()}_KEYS`, pair(name, asked.name)],
          ]),
      ]
  }
}

const roleOf = (service: Service, role: Role) => `  ${service.name}-${role}:
    <<: *role
    command: [node, subgraphs/${service.name}/${role}.ts]
    environment:
      <<: [${merged[role](service.name)
        .map((anchor) => `*${anchor}`)
        .join(', ')}]
${variablesOf(service, role)
  .map(([name, value]) => `      ${name}: "${value}"`)
  .join('\n')}
    depends_on: *prepared
`

const gateway =
  () => `  # Last, when the apis are ready. A relay or a projector may wait for an operator's command; the rest works meanwhile.
  gateway:
    <<: *role
    command: [node, gateway/main.ts]
    ports: ["127.0.0.1:${standardPorts.GATEWAY_PORT}:${standardPorts.GATEWAY_PORT}"]
    environment:
      # For operators, in this network alone.
      OPS_HOST: "0.0.0.0"
      OPS_PORT: "${standardPorts.GATEWAY_OPS_PORT}"
      # For trying it out: introspection and the playground are off in production.
      <<: *mode
      PORT: "${standardPorts.GATEWAY_PORT}"
      SUBGRAPH_KEYS: "${list(serviceNames.map((name) => [name, pair('gateway', name)]))}"
      SUBGRAPH_URLS: "${list(services.map((service) => [service.name, `${at(service, 'api')}/graphql`]))}"
      CONSISTENCY_KEYS: "${published('CONSISTENCY_KEYS')}"
      JWKS_URL: "${at(tokenIssuer, 'api')}/.well-known/jwks.json"
    depends_on:
${services
  .flatMap(({ name }) =>
    serviceRoles.map(
      (role) => `      ${name}-${role}: { condition: ${role === 'api' ? 'service_healthy' : 'service_started'} }`,
    ),
  )
  .join('\n')}
`

const ops = () => `  # docker compose run --rm ops status
  ops:
    <<: *confined
    image: inkstream
    build: .
    profiles: [ops]
    entrypoint: [node, ops/main.ts]
    environment:
      <<: *kafka
      POSTGRES_URL: "postgresql://inkstream:\${POSTGRES_PASSWORD:-inkstream}@postgres:5432/postgres"
      GATEWAY_OPS_URL: "http://gateway:${standardPorts.GATEWAY_OPS_PORT}"
${services
  .flatMap((service) =>
    serviceRoles.map((role) => `      ${`${service.name}_${role}`.toUpperCase()}_URL: "${at(service, role)}"`),
  )
  .join('\n')}
`
