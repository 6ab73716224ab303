import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { type DatabaseUrls, databases } from '#infra/databases.ts'
import { ensureServiceUser } from '#infra/migrations/service-users.ts'
import { freePort } from '#infra/ports.ts'
import { type Supervised, supervise } from '#infra/supervisor/supervisor.ts'
import { ensureTopics } from '#infra/topics.ts'
import { type Ports, standardPorts, type TopologyOptions, topology } from '#infra/topology.ts'
import type { DatabaseSettings } from './alter-database.ts'
import { createMigratedDatabase } from './migrated-database.ts'

/** The whole system as processes, with its own databases, topics and ports. */
export type Stack = {
  readonly gatewayUrl: string
  /** The role of this name, such as `posts-relay`. */
  role(name: string): Supervised
  readonly ports: Ports
  readonly prefix: string
  readonly kafkaBrokers: string
  /** The folder of the roles' logs, each `<name>.log`. */
  readonly logsDir: string
  /** The url of a database side, such as `posts.read`. */
  databaseUrl(side: keyof DatabaseUrls): string
  stop(): Promise<void>
}

/**
 * @param options.envOf returns additional variables for a role, by its name
 * @param options.settings settings of every database that override the server's
 */
export async function startStack(
  servers: { postgresUrl: string; kafkaBrokers: string },
  { settings = {}, ...options }: Pick<TopologyOptions, 'envOf'> & { readonly settings?: DatabaseSettings } = {},
): Promise<Stack> {
  const name = `stack_${randomBytes(4).toString('hex')}`
  const prefix = `${name}.`
  const logsDir = mkdtempSync(join(tmpdir(), 'inkstream-stack-'))
  const ports = Object.fromEntries(
    await Promise.all(Object.keys(standardPorts).map(async (variable) => [variable, await freePort()])),
  ) as Ports

  const urls = Object.fromEntries(
    await Promise.all(
      Object.entries(Object.groupBy(databases, ({ database }) => database)).map(async ([database, sides = []]) => {
        const url = await createMigratedDatabase(servers.postgresUrl, `${name}_${database}`, sides, settings)
        return sides.map(({ service, side }) => [`${service}.${side}`, url])
      }),
    ).then((found) => found.flat()),
  ) as DatabaseUrls

  const broker = createKafkaBroker({
    brokers: servers.kafkaBrokers.split(','),
    clientId: name,
    log: pino({ level: 'silent' }),
  })
  await ensureTopics(broker, { prefix, replication: 1, minInsyncReplicas: 1 })
  await broker.close()

  const { roles, gateway } = topology({
    ports,
    databases: await ofServices(urls, name),
    kafkaBrokers: servers.kafkaBrokers,
    secretFor: (purpose) => `a secret of tests: ${purpose}`,
    env: { TOPIC_PREFIX: prefix, LOG_LEVEL: 'info' },
    ...options,
  })
  const supervised = [...roles, gateway].map((spec) => supervise(spec, { logsDir }))
  await Promise.all(supervised.map(({ ready }) => ready()))

  return {
    gatewayUrl: `http://127.0.0.1:${ports.GATEWAY_PORT}/graphql`,
    ports,
    prefix,
    kafkaBrokers: servers.kafkaBrokers,
    logsDir,
    databaseUrl: (side) => urls[side],
    role(wanted) {
      const found = supervised.find(({ spec }) => spec.name === wanted)
      if (!found) throw new Error(`no role ${wanted}`)
      return found
    },
    async stop() {
      await Promise.all(supervised.map((role) => role.stop()))
      rmSync(logsDir, { recursive: true, force: true })
    },
  }
}

/** The services' urls, each with its own database user that has only the rights it needs. */
async function ofServices(urls: DatabaseUrls, prefix: string): Promise<DatabaseUrls> {
  const found: Record<string, string> = {}
  for (const { service, side } of databases) {
    const url = new URL(urls[`${service}.${side}`])
    const [user, password] = [`${prefix}_${service}`, 'a password of tests']
    await ensureServiceUser(url.href, user, password)
    Object.assign(url, { username: user, password })
    found[`${service}.${side}`] = url.href
  }
  return found as DatabaseUrls
}
