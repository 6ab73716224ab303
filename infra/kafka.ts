import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Something that a person has to put right before Kafka can start. The message says what. */
export class KafkaUnavailable extends Error {}

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
  /** More lines for server.properties. */
  readonly properties?: Readonly<Record<string, string>>
}

const run = promisify(execFile)

/** Kafka 4 runs on this Java or a later one. */
const JAVA = 17

const instead = 'or set KAFKA_BROKERS to a broker of yours, or use docker compose (docker compose up).'

/** A real Apache Kafka broker (KRaft, one node) on the JVM, in a process group of its own. */
export async function startKafka(options: KafkaOptions): Promise<Kafka> {
  const { dir, port, onProgress = () => undefined } = options
  await checkJava()
  const jars = await fetchJars(options, onProgress)
  mkdirSync(dir, { recursive: true })
  const properties = join(dir, 'server.properties')
  writeFileSync(properties, serverProperties(options))
  await format(options, jars, properties)

  options.signal?.throwIfAborted()
  onProgress('starting Apache Kafka')
  const logFile = join(dir, 'kafka.log')
  const out = openSync(logFile, 'a')
  const broker = spawn('java', [...jvmFlags, '-cp', jars, 'kafka.Kafka', properties], {
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
    await listening(broker, port, logFile)
  } catch (error) {
    await end(broker)
    throw error
  }
  return { brokers: `127.0.0.1:${port}`, pid, ended, stop: () => end(broker) }
}

const jvmFlags = [
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xmx256m',
  '-XX:-UsePerfData',
  `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'kafka', 'log4j2.properties')}`,
]

const serverProperties = ({ dir, port, controllerPort, properties }: KafkaOptions): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': join(dir, 'data'),
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

async function checkJava(): Promise<void> {
  const version = await run('java', ['-version']).then(
    ({ stderr, stdout }) => stderr + stdout,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT')
        throw new KafkaUnavailable(
          `Java was not found. Apache Kafka runs on it: install Java ${JAVA} or later, ${instead}`,
        )
      throw new KafkaUnavailable(`Java does not run (java -version): ${error.message}. Mend it, ${instead}`)
    },
  )
  const major = Number(/version "(?:1\.)?(\d+)/.exec(version)?.[1])
  if (!(major >= JAVA))
    throw new KafkaUnavailable(
      `Apache Kafka needs Java ${JAVA} or later; \`java\` is ${version.split('\n')[0]}. Install a later one, ${instead}`,
    )
}

const pom = join(import.meta.dirname, 'kafka', 'pom.xml')

/**
 * Fetches the jars once, into a folder beside, which takes its name when it is whole.
 * @returns the class path
 */
async function fetchJars({ jarsDir, signal }: KafkaOptions, onProgress: (step: string) => void): Promise<string> {
  const wanted = resolve(jarsDir, createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12))
  const classPath = join(wanted, '*')
  if (existsSync(wanted)) return classPath
  onProgress('fetching Apache Kafka with Maven (once, 45 MB)')
  const partial = `${wanted}.${process.pid}`
  try {
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`], {
      maxBuffer: 16 * 1024 * 1024,
      ...(signal ? { signal } : {}),
    })
    if (existsSync(wanted)) rmSync(partial, { recursive: true })
    else renameSync(partial, wanted)
    return classPath
  } catch (cause) {
    rmSync(partial, { recursive: true, force: true })
    const error = cause as NodeJS.ErrnoException & { stdout?: string }
    if (error.code === 'ENOENT')
      throw new KafkaUnavailable(`Maven was not found. It fetches Apache Kafka's jars: install Maven (mvn), ${instead}`)
    if (existsSync(wanted)) return classPath // somebody else fetched them meanwhile
    const lines = (error.stdout || error.message)
      .split('\n')
      .filter((line) => line.trim())
      .slice(0, 5)
    throw new KafkaUnavailable(
      `Maven could not fetch Apache Kafka's jars:\n  ${lines.join('\n  ')}\nMend that, ${instead}`,
    )
  }
}

/** Formats the data folder once. One whose formatting did not end is begun anew: nothing was ever written to it. */
async function format({ dir, signal }: KafkaOptions, classPath: string, properties: string): Promise<void> {
  const done = join(dir, '.formatted')
  if (existsSync(done)) return
  rmSync(join(dir, 'data'), { recursive: true, force: true })
  const tool = ['-cp', classPath, 'kafka.tools.StorageTool']
  const ending = signal ? { signal } : {}
  try {
    const { stdout } = await run('java', [...jvmFlags, ...tool, 'random-uuid'], ending)
    await run('java', [...jvmFlags, ...tool, 'format', '--standalone', '-t', stdout.trim(), '-c', properties], ending)
  } catch (cause) {
    const error = cause as Error & { stderr?: string }
    throw new KafkaUnavailable(
      `Kafka's data folder ${dir} could not be formatted: ${error.stderr?.trim() || error.message}`,
    )
  }
  writeFileSync(done, '')
}

/** How long a broker may take to listen, in milliseconds. */
const LISTEN_WITHIN_MS = 60_000

async function listening(broker: ChildProcess, port: number, logFile: string): Promise<void> {
  const logFrom = statSync(logFile).size
  const until = Date.now() + LISTEN_WITHIN_MS
  while (Date.now() < until) {
    if (broker.exitCode !== null || broker.signalCode !== null) {
      const said = readFileSync(logFile).subarray(logFrom).toString().trim().split('\n').slice(-8).join('\n  ')
      throw new KafkaUnavailable(`Kafka ended while it started. The end of ${logFile}:\n  ${said}`)
    }
    if (await answers(port)) return
    await delay(50)
  }
  throw new KafkaUnavailable(
    `Kafka did not listen on port ${port} within ${LISTEN_WITHIN_MS / 1000} s; see ${logFile}.`,
  )
}

const answers = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.destroy() && answer(true))
    socket.once('error', () => answer(false))
  })

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
