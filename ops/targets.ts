import { InvalidArgumentError } from 'commander'
import { isUuid } from '#cqrs/graphql/uuid.ts'
import { databases } from '#infra/databases.ts'
import { embeddedPostgresUrl } from '#infra/postgres-url.ts'
import { standardPorts } from '#infra/topology.ts'

/** The services by name, and what the operator's commands need of each. */
export const services = ['users', 'posts', 'comments'] as const
export type Service = (typeof services)[number]

export function parseService(given: string): Service {
  const service = services.find((name) => name === given)
  if (!service) throw new InvalidArgumentError(`it must be one of ${services.join(', ')}.`)
  return service
}

/** An aggregate's id. */
export function parseId(given: string): string {
  if (!isUuid(given)) throw new InvalidArgumentError('it must be a UUID.')
  return given.toLowerCase()
}

const port = (variable: keyof typeof standardPorts) => Number(process.env[variable] || standardPorts[variable])

/**
 * The url of a database side: `<SERVICE>_<SIDE>_DATABASE_URL` if it is set, else the side's database on POSTGRES_URL,
 * else on the PostgreSQL that `npm start` runs.
 */
export function databaseUrl(service: Service, side: 'write' | 'read'): string {
  const own = process.env[`${service.toUpperCase()}_${side.toUpperCase()}_DATABASE_URL`]
  if (own) return own
  const server = process.env.POSTGRES_URL || embeddedPostgresUrl(port('POSTGRES_PORT'))
  const url = new URL(server)
  url.pathname = `/${databases.find((known) => known.service === service && known.side === side)?.database}`
  return url.href
}

/** The url of a write database without a pooler in between, which a session needs: `<SERVICE>_WRITE_DATABASE_DIRECT_URL`. */
export const directUrl = (service: Service): string =>
  process.env[`${service.toUpperCase()}_WRITE_DATABASE_DIRECT_URL`] || databaseUrl(service, 'write')

/**
 * Every role's name and where it says how it is; `<NAME>_URL` (as in USERS_RELAY_URL) says where it is elsewhere, and
 * GATEWAY_OPS_URL where the gateway answers operators.
 */
export const roles = (): readonly { readonly name: string; readonly url: string }[] => {
  const urlVariable = (name: string) =>
    name === 'gateway' ? 'GATEWAY_OPS_URL' : `${name.toUpperCase().replace('-', '_')}_URL`
  const local = (name: string, variable: keyof typeof standardPorts) => ({
    name,
    url: process.env[urlVariable(name)] || `http://127.0.0.1:${port(variable)}`,
  })
  return [
    local('gateway', 'GATEWAY_OPS_PORT'),
    local('users-api', 'USERS_PORT'),
    local('users-relay', 'USERS_RELAY_PORT'),
    local('users-projector', 'USERS_PROJECTOR_PORT'),
    local('posts-api', 'POSTS_PORT'),
    local('posts-relay', 'POSTS_RELAY_PORT'),
    local('posts-projector', 'POSTS_PROJECTOR_PORT'),
    local('comments-api', 'COMMENTS_PORT'),
    local('comments-relay', 'COMMENTS_RELAY_PORT'),
    local('comments-projector', 'COMMENTS_PROJECTOR_PORT'),
  ]
}
