import { join } from 'node:path'
import { CannotStart } from '../cannot-start.ts'
import type { openRunFolder } from '../data-folder/run-folder.ts'
import { startKafka } from '../kafka/kafka.ts'
import { migrateDatabases } from '../migrations/migrate-databases.ts'
import { PATIENCE, patiently } from '../patience.ts'
import { startPostgresProcess } from '../postgres/process.ts'
import { type Supervised, supervise } from '../supervisor/supervisor.ts'
import { type Ports, type ProcessSpec, topology } from '../topology.ts'
import type { StartConfig } from './config.ts'
import { namingServer, withoutPassword } from './given-server.ts'
import { checkPorts, portsToTake } from './preflight.ts'
import type { Progress } from './progress.ts'
import { startTopics } from './topics.ts'
import { watchRoles } from './watch.ts'

export type System = {
  /** Resolves when the gateway is ready; rejects with the reason when it does not come up. */
  readonly ready: Promise<void>
  /** Rejects when a part has ended permanently. Never resolves. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

export type SystemOptions = {
  readonly dir: string
  readonly ports: Ports
  readonly config: StartConfig
  readonly env: NodeJS.ProcessEnv
  readonly secretFor: (purpose: string) => string
  readonly watch: boolean
  readonly folder: ReturnType<typeof openRunFolder>
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Starts everything in order: servers, migrations, topics, roles, and the gateway last. Stops in reverse. */
export function bringUp(options: SystemOptions): System {
  const { dir, ports, config, env, progress, folder } = options
  /** Functions that stop processes, in the order of their start, and the servers below them. */
  const stops: (() => Promise<unknown>)[] = []
  const serverStops = new Set<() => Promise<unknown>>()
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  failed.catch(() => undefined)
  // While code is being edited, a role may stay broken for any length of time.
  const patience = { ...PATIENCE, ...(options.watch && { giveUpAfterMs: Number.POSITIVE_INFINITY }) }
  const going = () => {
    if (options.signal.aborted) throw new Error('stopped while it came up')
  }
  const onSpawn = (name: string, pid: number, stop?: () => Promise<void>) => {
    folder.note(name, pid)
    if (stop) serverStops.add(stop)
  }

  async function up(): Promise<void> {
    await checkPorts(portsToTake(ports, config))
    going()
    const [postgresUrl, kafkaBrokers] = await Promise.all([postgres(), kafka()])
    going()

    let applied = 0
    const migrating = migrateDatabases(postgresUrl, (_side, names) => {
      applied += names.length
    }).catch(
      namingServer(
        config.POSTGRES_URL && `PostgreSQL does not answer at ${withoutPassword(config.POSTGRES_URL)} (POSTGRES_URL)`,
      ),
    )
    const lacks = () => 'the migrations; somebody else may migrate these databases now'
    const urls = await patiently(migrating, { lacks, say: progress.step, patience })
    progress.done(applied > 0 ? `databases migrated (${applied} migrations)` : 'databases are as they should be')
    going()

    await startTopics(kafkaBrokers, config).catch(
      namingServer(
        config.KAFKA_BROKERS && `Kafka does not answer at ${config.KAFKA_BROKERS.join(',')} (KAFKA_BROKERS)`,
      ),
    )
    progress.done('topics are as listed')
    going()

    const { roles, gateway } = topology({
      ports,
      databases: urls,
      kafkaBrokers: kafkaBrokers.join(','),
      secretFor: options.secretFor,
      env,
    })
    const supervised = roles.map(start)
    stops.push(() => Promise.all(supervised.map((role) => role.stop())))
    const waitFor = await until(supervised, (role) => role.readyOrHeld())
    // Some may wait for an operator's command, which needs the servers. The rest of the system works meanwhile.
    const held = supervised.flatMap(({ spec }, index) =>
      waitFor[index] ? [`${spec.name} is held. ${waitFor[index]}`] : [],
    )
    for (const sentence of held) progress.warn(sentence)
    progress.done(`${supervised.length - held.length} roles are ready`)
    going()

    const door = start(gateway)
    stops.push(() => door.stop())
    await until([door], (gateway) => gateway.ready())
    progress.done('the gateway is ready')
    if (options.watch) stops.push(watchRoles([...supervised, door], progress))
  }

  function start(spec: ProcessSpec): Supervised {
    const supervised = supervise(spec, {
      logsDir: join(dir, 'logs'),
      onSpawn: (pid) => folder.note(spec.name, pid),
      ...(options.watch && {
        onKeepsEnding: ({ message }: Error) => progress.failed(`${message}\nIt waits for a change of its code.`),
      }),
      onReadyAgain: () => progress.done(`${spec.name} is ready again`),
      onEnd: (how) =>
        progress.warn(`${spec.name} ended (${how}), starting it again; see ${join(dir, 'logs', `${spec.name}.log`)}`),
    })
    supervised.failed.catch(fail)
    return supervised
  }

  const until = <Arrived>(roles: readonly Supervised[], arrives: (role: Supervised) => Promise<Arrived>) =>
    patiently(Promise.all(roles.map(arrives)), {
      lacks: () =>
        roles
          .filter((role) => role.lacks() !== undefined)
          .map((role) => `${role.spec.name} (${role.lacks()}; see ${join(dir, 'logs', `${role.spec.name}.log`)})`)
          .join(', '),
      say: progress.step,
      patience,
    })

  /** The user's server, or an embedded one. */
  async function postgres(): Promise<string> {
    if (config.POSTGRES_URL) return config.POSTGRES_URL
    progress.step('starting PostgreSQL')
    const port = ports.POSTGRES_PORT
    const server = await startPostgresProcess({ dir, port, onSpawn, say: progress.step, patience: PATIENCE })
    void server.ended.then(() =>
      fail(new CannotStart('PostgreSQL ended. All that was committed is there: start again, npm start')),
    )
    progress.done(`PostgreSQL on port ${port}`)
    return server.url
  }

  async function kafka(): Promise<readonly string[]> {
    if (config.KAFKA_BROKERS) return config.KAFKA_BROKERS
    const server = await startKafka({
      dir: join(dir, 'kafka'),
      jarsDir: join(dir, 'kafka-jars'),
      signal: options.signal,
      port: ports.KAFKA_PORT,
      controllerPort: ports.KAFKA_CONTROLLER_PORT,
      onProgress: progress.step,
      onSpawn,
    })
    void server.ended.then(() =>
      fail(new CannotStart(`Apache Kafka ended; see ${join(dir, 'kafka', 'kafka.log')}. Start again: npm start`)),
    )
    progress.done(`Apache Kafka on port ${ports.KAFKA_PORT}`)
    return [server.brokers]
  }

  const ready = up()
  ready.catch(() => undefined)
  return {
    ready,
    failed,
    async stop() {
      // Parts that are still starting must not outlive this process; the last one started stops first.
      for (const stop of stops.toReversed()) await stop().catch(() => undefined)
      await Promise.allSettled([...serverStops].map((stop) => stop()))
    },
  }
}
