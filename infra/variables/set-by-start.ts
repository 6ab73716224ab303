import { services } from '#subgraphs/services.ts'
import { isSet } from '#toolkit/process/is-set.ts'
import { databases } from '../databases.ts'
import { configOf, roleConfigs } from '../role-configs.ts'
import { standardPorts, topology } from '../topology.ts'
import { ownVariable } from './passed-on.ts'

const ports = 'move ports with GATEWAY_PORT, GATEWAY_OPS_PORT, USERS_PORT, USERS_RELAY_PORT and the like'
const server = 'POSTGRES_URL is the server that has all databases'
const secret = 'all secrets are derived from INKSTREAM_SECRET'

/** Advice by variable that `npm start` sets for every process that reads it, or for all but one. */
export const instead: Readonly<Record<string, string>> = {
  HOST: 'only the gateway listens elsewhere than on 127.0.0.1, where GATEWAY_HOST says',
  PORT: ports,
  OPS_PORT: ports,
  SUBGRAPH_URLS: ports,
  WRITE_DATABASE_URL: server,
  WRITE_DATABASE_DIRECT_URL: server,
  READ_DATABASE_URL: server,
  READ_DATABASE_DIRECT_URL: server,
  READ_SCHEMA: 'every role reads the last generation that its service.ts lists',
  KAFKA_BROKERS: 'all roles have the same brokers',
  IDEMPOTENCY_SECRET: secret,
  SIGNING_KEY_SECRET: secret,
  CALLER_KEYS: secret,
  SUBGRAPH_KEYS: secret,
  ...Object.fromEntries(
    services
      .flatMap(({ asks = [] }) => asks)
      .flatMap((asked) => [
        [`${asked.toUpperCase()}_URL`, ports],
        [`${asked.toUpperCase()}_KEYS`, secret],
      ]),
  ),
}

/** The variables that each process takes from the environment of `npm start`: the topology does not set them. */
const passed: ReadonlyMap<string, readonly string[]> = (() => {
  const given = 'as given'
  const variables = [...roleConfigs.values()].flatMap((config) => Object.keys(config.shape))
  const { roles, gateway } = topology({
    ports: standardPorts,
    databases: Object.fromEntries(databases.map(({ service, side }) => [`${service}.${side}`, ''])) as never,
    kafkaBrokers: '',
    secretFor: () => '',
    env: Object.fromEntries(variables.map((variable) => [variable, given])),
  })
  return new Map(
    [...roles, gateway].map(({ name, env }) => [name, Object.keys(env).filter((variable) => env[variable] === given)]),
  )
})()

export const passedTo = (name: string): readonly string[] => passed.get(name) ?? []

/** The variables that `npm start` sets for a process, regardless of its environment. */
export const setFor = (name: string): readonly string[] =>
  Object.keys(configOf(name).shape).filter((variable) => !passedTo(name).includes(variable))

/**
 * Variables given to `npm start` that have no effect, one sentence each.
 * @param own names of the variables that `npm start` reads itself
 */
export function ignored(env: NodeJS.ProcessEnv, own: readonly string[]): readonly string[] {
  const used = new Set([...own, 'GATEWAY_HOST', ...[...passed.values()].flat()])
  const found = [...roleConfigs.keys()].flatMap((name) =>
    setFor(name).flatMap((variable) =>
      [ownVariable(name, variable), variable]
        .filter((given) => isSet(env[given]) && !used.has(given))
        .map((given) => `${given} is ignored, because npm start sets ${variable}: ${instead[variable]}.`),
    ),
  )
  return [...new Set(found)]
}
