import { InvalidArgumentError } from 'commander'
import { isUuid } from '#cqrs/command/uuid.ts'
import { databaseSide } from '#infra/databases.ts'
import { embeddedPostgresUrl } from '#infra/postgres/url.ts'
import { portVariable, serviceRoles } from '#infra/topology.ts'
import { type ServiceName, serviceNames, services } from '#subgraphs/services.ts'
import { databaseVariable, directVariable, roleVariable } from './config.ts'
import { environment } from './environment.ts'

/** The services, as text for messages. */
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

/**
 * The url of a database side: `<SERVICE>_<SIDE>_DATABASE_URL` if it is set, else the side's database on POSTGRES_URL,
 * or on the PostgreSQL that `npm start` runs.
 */
export function databaseUrl(service: ServiceName, side: 'write' | 'read'): string {
  const own = environment()[databaseVariable(service, side)]
  if (own) return own
  const server = environment().POSTGRES_URL ?? embeddedPostgresUrl(environment().POSTGRES_PORT)
  const url = new URL(server)
  url.pathname = `/${databaseSide(service, side).database}`
  return url.href
}

/** The url of a write database without a pooler, for sessions: `<SERVICE>_WRITE_DATABASE_DIRECT_URL`. */
export const directUrl = (service: ServiceName): string =>
  environment()[directVariable(service)] ?? databaseUrl(service, 'write')

/**
 * Every role's name and the url of its health endpoints: `<NAME>_URL` (such as USERS_RELAY_URL, and GATEWAY_OPS_URL for
 * the gateway), else its port on this machine.
 */
export const roles = (): readonly { readonly name: string; readonly url: string }[] => {
  const local = (name: string, variable: 'GATEWAY_OPS_PORT' | ReturnType<typeof portVariable>) => ({
    name,
    url: environment()[roleVariable(name)] ?? `http://127.0.0.1:${environment()[variable]}`,
  })
  return [
    local('gateway', 'GATEWAY_OPS_PORT'),
    ...services.flatMap((service) =>
      serviceRoles.map((role) => local(`${service.name}-${role}`, portVariable(service.name, role))),
    ),
  ]
}
