import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pino } from 'pino'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { startKafka } from './kafka.ts'
import { MigrationFailed } from './migrate.ts'
import { migrateDatabases } from './migrate-databases.ts'
import { CannotStart, checkPorts, checkReach } from './preflight.ts'
import type { Progress } from './progress.ts'
import type { openRunFolder } from './run-folder.ts'
import { openSecrets } from './secrets.ts'
import { type Supervised, supervise } from './supervisor.ts'
import { ensureTopics } from './topics.ts'
import { type Ports, topology } from './topology.ts'
import { watchRoles } from './watch.ts'

export type System = {
  /** Resolves when the gateway is ready; rejects with what kept it from coming up. */
  readonly ready: Promise<void>
  /** Rejects when a part has ended for good. Never resolves. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

export type SystemOptions = {
  readonly dir: string
  readonly ports: Ports
  readonly env: NodeJS.ProcessEnv
  readonly watch: boolean
  readonly folder: ReturnType<typeof openRunFolder>
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Brings everything up in order: servers, migrations, topics, roles, and the gateway last. Stops in reverse. */
export function bringUp(options: SystemOptions): System {
  const { dir, ports, env, progress, folder } = options
  /** What stops our processes, in the order in which they came, and the servers under them. */
  const stops: (() => Promise<unknown>)[] = []
  const serverStops: (() => Promise<unknown>)[] = []
  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  failed.catch(() => undefined)
  const going = <T>(value: T): T => {
    if (options.signal.aborted) throw new Error('stopped while it came up')
    return value
  }

  async function up(): Promise<void> {
    await checkPorts(portsToTake(ports, env))
    const [postgresUrl, kafkaBrokers] = await Promise.all([postgres(), kafka()])
    going(undefined)

    let applied = 0
    const urls = await migrateDatabases(postgresUrl, (_side, names) => {
      applied += names.length
    }).catch(
      orSay(env.POSTGRES_URL && `PostgreSQL does not answer at ${withoutPassword(env.POSTGRES_URL)} (POSTGRES_URL)`),
    )
    progress.done(applied > 0 ? `databases migrated (${applied} migrations)` : 'databases are as they should be')
    going(undefined)

    await topics(kafkaBrokers)
    going(undefined)

    const { roles, gateway } = topology({
      ports,
      databases: urls,
      kafkaBrokers,
      secretFor: openSecrets(dir, env.INKSTREAM_SECRET),
      env: Object.fromEntries(
        passedOn.flatMap((name) => {
          const value = env[name]
          return value ? [[name, value]] : []
        }),
      ),
    })
    const start = (spec: (typeof roles)[number]): Supervised => {
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
    const supervised = roles.map(start)
    stops.push(() => Promise.all(supervised.map((role) => role.stop())))
    await Promise.all(supervised.map(({ ready }) => ready()))
    progress.done(`${supervised.length} roles are ready`)
    going(undefined)

    const door = start(gateway)
    stops.push(() => door.stop())
    await door.ready()
    progress.done('the gateway is ready')
    if (options.watch) stops.push(watchRoles([...supervised, door], progress))
  }

  /** Yours, or an embedded one. */
  async function postgres(): Promise<string> {
    if (env.POSTGRES_URL) return env.POSTGRES_URL
    checkReach(dir)
    progress.step('starting PostgreSQL')
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'postgres-main.ts'), join(dir, 'postgres'), String(ports.POSTGRES_PORT)],
      { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], detached: true },
    )
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    serverStops.push(async () => {
      child.kill('SIGTERM')
      await ended
    })
    const answer = await new Promise<Answer>((resolve) => {
      child.once('message', (message) => resolve(message as Answer))
      child.once('exit', (code) => resolve({ up: false, reason: `it ended with ${code}` }))
    })
    if (!answer.up) throw new CannotStart(answer.reason)
    folder.note('postgres', answer.pid)
    child.once('exit', () =>
      fail(new CannotStart('PostgreSQL ended. All that was committed is there: start again, npm start')),
    )
    progress.done(`PostgreSQL on port ${ports.POSTGRES_PORT}`)
    return `postgresql://inkstream:inkstream@127.0.0.1:${ports.POSTGRES_PORT}/postgres`
  }

  async function kafka(): Promise<string> {
    if (env.KAFKA_BROKERS) return env.KAFKA_BROKERS
    const server = await startKafka({
      dir: join(dir, 'kafka'),
      jarsDir: join(dir, 'kafka-jars'),
      signal: options.signal,
      port: ports.KAFKA_PORT,
      controllerPort: ports.KAFKA_CONTROLLER_PORT,
      onProgress: progress.step,
      onSpawn(pid, stop) {
        serverStops.push(stop)
        folder.note('kafka', pid)
      },
    })
    void server.ended.then(() =>
      fail(new CannotStart(`Apache Kafka ended; see ${join(dir, 'kafka', 'kafka.log')}. Start again: npm start`)),
    )
    progress.done(`Apache Kafka on port ${ports.KAFKA_PORT}`)
    return server.brokers
  }

  async function topics(kafkaBrokers: string): Promise<void> {
    const log = pino({ level: 'silent' })
    const broker = createKafkaBroker({ brokers: kafkaBrokers.split(','), clientId: 'start', log })
    try {
      const differences = await ensureTopics(broker, {
        prefix: env.TOPIC_PREFIX ?? '',
        replication: Number(env.TOPIC_REPLICATION ?? 1),
        minInsyncReplicas: Number(env.TOPIC_MIN_INSYNC_REPLICAS ?? 1),
      }).catch(orSay(env.KAFKA_BROKERS && `Kafka does not answer at ${env.KAFKA_BROKERS} (KAFKA_BROKERS)`))
      if (differences.length > 0)
        throw new CannotStart(`Topics are not as listed in contracts/topics.ts: ${differences.join('; ')}.`)
      progress.done('topics are as listed')
    } finally {
      await broker.close()
    }
  }

  const ready = up()
  ready.catch(() => undefined)
  return {
    ready,
    failed,
    async stop() {
      // What is still coming up must not outlive us; what came last goes first.
      for (const stop of stops.toReversed()) await stop().catch(() => undefined)
      await Promise.allSettled(serverStops.map((stop) => stop()))
    },
  }
}

/** Rethrows a fault of a server that is yours in words that say which; one of ours as it is. */
const orSay = (what: string | undefined) => (error: Error) => {
  if (!what || error instanceof MigrationFailed) throw error
  throw new CannotStart(`${what}: ${error.message}`)
}

function withoutPassword(url: string): string {
  const shown = new URL(url)
  shown.password = ''
  return shown.href
}

/** Variables that the roles are told when they are set; each takes what it knows. */
const passedOn = [
  'LOG_LEVEL',
  'NODE_ENV',
  'TOPIC_PREFIX',
  'TOPIC_REPLICATION',
  'TOPIC_MIN_INSYNC_REPLICAS',
  'OIDC_ISSUER',
  'TOKEN_ISSUER',
  'TOKEN_AUDIENCE',
  'TOKEN_ALGORITHMS',
  'TOKEN_USER_CLAIM',
  'TOKEN_ROLES_CLAIM',
  'TRUSTED_PROXIES',
  'CORS_ORIGINS',
]

/** What postgres-main.ts tells. */
type Answer = { readonly up: true; readonly pid: number } | { readonly up: false; readonly reason: string }

/** The ports that we will listen on, given which servers are yours. */
function portsToTake(ports: Ports, env: NodeJS.ProcessEnv): Partial<Ports> {
  const taken: Record<string, number> = { ...ports }
  if (env.POSTGRES_URL) delete taken.POSTGRES_PORT
  if (env.KAFKA_BROKERS) {
    delete taken.KAFKA_PORT
    delete taken.KAFKA_CONTROLLER_PORT
  }
  return taken
}
