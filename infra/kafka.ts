import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkJava, JAVA } from './java.ts'
import { fetchJars } from './kafka-jars.ts'
import { instead, KafkaUnavailable } from './kafka-unavailable.ts'
import { PATIENCE, type Patience, untilListening } from './until-listening.ts'

export type Kafka = {
  /** host:port */
  readonly brokers: string
  readonly pid: number
  /** Resolves when the broker has ended, whoever ended it. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

export type KafkaOptions = {
  /** Log, properties and data. */
  readonly dir: string
  /** Where the jars are kept, 45 MB, in a folder for each state of pom.xml; Maven puts them there once. Can be shared. */
  readonly jarsDir: string
  readonly port: number
  readonly controllerPort: number
  readonly onProgress?: (step: string) => void
  /** Called as soon as there is a process, which may never listen. */
  readonly onSpawn?: (pid: number, stop: () => Promise<void>) => void
  /** Ends what fetches and formats. */
  readonly signal?: AbortSignal
  /** How long a broker that has a JVM may take to listen. */
  readonly patience?: Patience
  /** More lines for server.properties. */
  readonly properties?: Readonly<Record<string, string>>
}

const run = promisify(execFile)

/** A real Apache Kafka broker (KRaft, one node) on the JVM, in a process group of its own. */
export async function startKafka(options: KafkaOptions): Promise<Kafka> {
  const { dir, port, onProgress = () => undefined } = options
  await checkJava()
  const jars = await fetchJars({ jarsDir: options.jarsDir, signal: options.signal, onProgress })
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, PROPERTIES), serverProperties(options))
  await format(options, jars)

  options.signal?.throwIfAborted()
  onProgress('starting Apache Kafka')
  const logFile = join(dir, 'kafka.log')
  const out = openSync(logFile, 'a')
  const logFrom = fstatSync(out).size
  const broker = spawn('java', [...jvmFlags, '-cp', jars, 'kafka.Kafka', PROPERTIES], {
    ...surroundings(options),
    stdio: ['ignore', out, out],
    detached: true,
  })
  closeSync(out)
  const ended = new Promise<void>((resolve) => broker.once('exit', () => resolve()))
  const pid = broker.pid
  if (pid === undefined)
    throw new KafkaUnavailable(`Java could not be started: install Java ${JAVA} or later, ${instead}`)
  options.onSpawn?.(pid, () => end(broker))
  try {
    await untilListening(broker, { port, logFile, logFrom, patience: options.patience ?? PATIENCE, onProgress })
  } catch (error) {
    await end(broker)
    throw error
  }
  return { brokers: `127.0.0.1:${port}`, pid, ended, stop: () => end(broker) }
}

/** Both in the broker's folder, which is where its processes run. */
const PROPERTIES = 'server.properties'
const DATA = 'data'

/**
 * Where and among what the processes run. Kafka reads its properties as ISO 8859-1, and commas in a path as a list: it
 * gets paths that are relative to its folder. Under LC_ALL=C a JVM opens no path with a letter beyond ASCII.
 */
const surroundings = ({ dir }: KafkaOptions) => ({ cwd: dir, env: { ...process.env, LC_ALL: 'C.UTF-8' } })

const jvmFlags = [
  // Kafka writes and reads names by the rules of the machine's language: in a Turkish one it does not start.
  '-Duser.language=en',
  '-Duser.country=US',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xmx256m',
  '-XX:-UsePerfData',
  `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'kafka', 'log4j2.properties')}`,
]

const serverProperties = ({ port, controllerPort, properties }: KafkaOptions): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': DATA,
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'auto.create.topics.enable': 'false',
    ...properties,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')

/** Formats the data folder once. One whose formatting did not end is begun anew: nothing was ever written to it. */
async function format(options: KafkaOptions, classPath: string): Promise<void> {
  const { dir, signal } = options
  const done = join(dir, '.formatted')
  if (existsSync(done)) return
  rmSync(join(dir, DATA), { recursive: true, force: true })
  const tool = ['-cp', classPath, 'kafka.tools.StorageTool']
  const how = { ...surroundings(options), ...(signal ? { signal } : {}) }
  try {
    const { stdout } = await run('java', [...jvmFlags, ...tool, 'random-uuid'], how)
    await run('java', [...jvmFlags, ...tool, 'format', '--standalone', '-t', stdout.trim(), '-c', PROPERTIES], how)
  } catch (cause) {
    const error = cause as Error & { stderr?: string }
    throw new KafkaUnavailable(
      `Kafka's data folder ${dir} could not be formatted: ${error.stderr?.trim() || error.message}`,
    )
  }
  writeFileSync(done, '')
}

/** How long a broker may take to stop by itself, in milliseconds. */
const STOP_WITHIN_MS = 3_000

async function end(broker: ChildProcess): Promise<void> {
  if (broker.exitCode !== null || broker.signalCode !== null) return
  const ended = new Promise<void>((resolve) => broker.once('exit', () => resolve()))
  broker.kill('SIGTERM')
  broker.kill('SIGCONT') // a frozen broker could not hear of it
  const cut = setTimeout(() => broker.kill('SIGKILL'), STOP_WITHIN_MS)
  await ended
  clearTimeout(cut)
}
