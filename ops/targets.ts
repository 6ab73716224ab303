import { InvalidArgumentError } from 'commander'
import { isUuid } from '#cqrs/graphql/uuid.ts'
import { databaseSide } from '#infra/databases.ts'
import { embeddedPostgresUrl } from '#infra/postgres-url.ts'
import { type Ports, portVariable, serviceRoles, standardPorts } from '#infra/topology.ts'
import { type ServiceName, serviceNames, services } from '#subgraphs/services.ts'

/** The services, as a sentence lists them. */
export const listOfServices = serviceNames.join(', ')

export function parseService(given: string): ServiceName {
  const name = serviceNames.find((known) => known === given)
  if (!name) throw new InvalidArgumentError(`it must be one of ${listOfServices}.`)
  return name
}

/** An aggregate's id. */
export function parseId(given: string): string {
  if (!isUuid(given)) throw new InvalidArgumentError('it must be a UUID.')
  return given.toLowerCase()
}

const port = (variable: keyof Ports) => Number(process.env[variable] || standardPorts[variable])

/**
 * The url of a database side: `<SERVICE>_<SIDE>_DATABASE_URL` if it is set, else the side's database on POSTGRES_URL,
 * else on the PostgreSQL that `npm start` runs.
 */
export function databaseUrl(service: ServiceName, side: 'write' | 'read'): string {
  const own = process.env[`${service.toUpperCase()}_${side.toUpperCase()}_DATABASE_URL`]
  if (own) return own
  const server = process.env.POSTGRES_URL || embeddedPostgresUrl(port('POSTGRES_PORT'))
  const url = new URL(server)
  url.pathname = `/${databaseSide(service, side).database}`
  return url.href
}

/** The url of a write database without a pooler in between, which a session needs: `<SERVICE>_WRITE_DATABASE_DIRECT_URL`. */
export const directUrl = (service: ServiceName): string =>
  process.env[`${service.toUpperCase()}_WRITE_DATABASE_DIRECT_URL`] || databaseUrl(service, 'write')

/**
 * Every role's name and where it says how it is; `<NAME>_URL` (as in USERS_RELAY_URL) says where it is elsewhere, and
 * GATEWAY_OPS_URL where the gateway answers operators.
 */
export const roles = (): readonly { readonly name: string; readonly url: string }[] => {
  const urlVariable = (name: string) =>
    name === 'gateway' ? 'GATEWAY_OPS_URL' : `${name.toUpperCase().replace('-', '_')}_URL`
  const local = (name: string, variable: keyof Ports) => ({
    name,
    url: process.env[urlVariable(name)] || `http://127.0.0.1:${port(variable)}`,
  })
  return [
    local('gateway', 'GATEWAY_OPS_PORT'),
    ...services.flatMap((service) =>
      serviceRoles.map((role) => local(`${service.name}-${role}`, portVariable(service.name, role))),
    ),
  ]
}
