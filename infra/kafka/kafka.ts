import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { endProcess } from '../end-process.ts'
import { PATIENCE, type Patience } from '../patience.ts'
import { fetchJars } from './jars.ts'
import { checkJava, JAVA, javaEnvironment } from './java.ts'
import { instead, KafkaUnavailable } from './unavailable.ts'
import { untilListening } from './until-listening.ts'

export type Kafka = {
  /** host:port */
  readonly brokers: string
  readonly pid: number
  /** Resolves when the broker has ended, for whatever reason. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

export type KafkaOptions = {
  /** Log, properties and data. */
  readonly dir: string
  /** Where Maven puts the jars, once per version of pom.xml, 45 MB each. Can be shared. */
  readonly jarsDir: string
  readonly port: number
  readonly controllerPort: number
  readonly onProgress?: (step: string) => void
  /** Called with each process, by name, as soon as it exists; `stop` for the broker, which may never listen. */
  readonly onSpawn?: (name: string, pid: number, stop?: () => Promise<void>) => void
  /** Aborts fetching and formatting. */
  readonly signal?: AbortSignal
  /** How long the broker may take to listen while its JVM runs. */
  readonly patience?: Patience
  /** Additional lines of server.properties. */
  readonly properties?: Readonly<Record<string, string>>
}

const run = promisify(execFile)

/** Starts a real Apache Kafka broker (KRaft, one node) on the JVM, in its own process group. */
export async function startKafka(options: KafkaOptions): Promise<Kafka> {
  const { dir, port, onProgress = () => undefined, onSpawn = () => undefined } = options
  await checkJava()
  const jars = await fetchJars({ jarsDir: options.jarsDir, signal: options.signal, onProgress, onSpawn })
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, PROPERTIES), serverProperties(options))
  copyFileSync(join(import.meta.dirname, LOGGING), join(dir, LOGGING))
  rmSync(join(dir, JARS), { force: true })
  symlinkSync(jars, join(dir, JARS))
  await format(options)

  options.signal?.throwIfAborted()
  onProgress('starting Apache Kafka')
  const logFile = join(dir, 'kafka.log')
  const out = openSync(logFile, 'a', 0o600)
  fchmodSync(out, 0o600) // an earlier version may have created it
  const logFrom = fstatSync(out).size
  const broker = spawn('java', [...jvmFlags, 'kafka.Kafka', PROPERTIES], {
    ...surroundings(options),
    stdio: ['ignore', out, out],
    detached: true,
  })
  closeSync(out)
  const ended = new Promise<void>((resolve) => broker.once('exit', () => resolve()))
  broker.once('error', () => undefined) // the missing pid reports it
  const pid = broker.pid
  if (pid === undefined)
    throw new KafkaUnavailable(`Java could not be started: install Java ${JAVA} or later, ${instead}`)
  const stop = () => endProcess(broker, STOP_WITHIN_MS)
  onSpawn('kafka', pid, stop)
  try {
    await untilListening(broker, { port, logFile, logFrom, patience: options.patience ?? PATIENCE, onProgress })
  } catch (error) {
    await stop()
    throw error
  }
  return { brokers: `127.0.0.1:${port}`, pid, ended, stop }
}

/** Names in the broker's folder, the working directory of its processes. */
const PROPERTIES = 'server.properties'
const LOGGING = 'log4j2.properties'
const DATA = 'data'
const JARS = 'jars'

/**
 * Working directory and environment of the processes. Kafka reads its properties as ISO 8859-1 and splits paths at
 * commas, Java splits class paths at colons, and Log4j splits at commas: so they get only names in the broker's folder.
 */
const surroundings = ({ dir }: KafkaOptions) => ({ cwd: dir, env: javaEnvironment() })

const jvmFlags = [
  // Kafka converts names by the rules of the machine's language: with a Turkish one it does not start.
  '-Duser.language=en',
  '-Duser.country=US',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xmx256m',
  '-XX:-UsePerfData',
  `-Dlog4j2.configurationFile=${LOGGING}`,
  '-cp',
  `${JARS}/*`,
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

/** How long formatting may take, in milliseconds. */
const FORMATTED_WITHIN_MS = 120_000

/** Like Kafka's own tool, but without starting another JVM: 16 random bytes, not starting with a dash. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url')
  return id.startsWith('-') ? newClusterId() : id
}

/** Formats the data folder once. An incomplete one is formatted again: nothing was ever written to it. */
async function format(options: KafkaOptions): Promise<void> {
  const { dir, signal } = options
  const done = join(dir, '.formatted')
  if (existsSync(done)) return
  rmSync(join(dir, DATA), { recursive: true, force: true })
  const format = ['format', '--standalone', '-t', newClusterId(), '-c', PROPERTIES]
  try {
    const running = run('java', [...jvmFlags, 'kafka.tools.StorageTool', ...format], {
      ...surroundings(options),
      timeout: FORMATTED_WITHIN_MS,
      ...(signal ? { signal } : {}),
    })
    if (running.child.pid !== undefined) options.onSpawn?.('kafka-format', running.child.pid)
    await running
  } catch (cause) {
    const error = cause as Error & { stderr?: string }
    throw new KafkaUnavailable(
      `Kafka's data folder ${dir} could not be formatted: ${error.stderr?.trim() || error.message}`,
    )
  }
  writeFileSync(done, '')
}

/** How long the broker may take to stop by itself, in milliseconds. */
const STOP_WITHIN_MS = 3_000
