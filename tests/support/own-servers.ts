import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { endProcess } from '#infra/end-process.ts'
import type { KafkaOptions } from '#infra/kafka/kafka.ts'
import type { startPostgres } from '#infra/postgres/postgres.ts'

/** How long a server may take to stop before it is killed, in milliseconds. */
const STOP_WITHIN_MS = 20_000

type Server = {
  readonly address: string
  /** The pid of the server, not of its supervisor. */
  readonly pid: number
  stop(): Promise<void>
}

/**
 * Starts a server that ends with this process, even if this process is killed: an interrupted run leaves nothing.
 * @throws with the server's output when it does not start
 */
async function start(kind: 'postgres' | 'kafka', options: object): Promise<Server> {
  // Not in this process group: Ctrl-C would kill the process that must stop the server.
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server-main.ts'), kind, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const answer = await Promise.race([
    new Promise<{ address: string; pid: number } | { reason: string }>((resolve) => child.once('message', resolve)),
    ended.then(() => ({ reason: `${kind} ended while it started` })),
  ])
  if ('reason' in answer) throw new Error(answer.reason)
  return { ...answer, stop: () => endProcess(child, STOP_WITHIN_MS) }
}

export type OwnPostgres = Omit<Server, 'address'> & { readonly url: string }

/** Starts a PostgreSQL server for one test or one run. */
export async function startOwnPostgres(options: Parameters<typeof startPostgres>[0]): Promise<OwnPostgres> {
  const { address, ...server } = await start('postgres', options)
  return { ...server, url: address }
}

export type OwnKafka = Omit<Server, 'address'> & { readonly brokers: string }

/** Starts a Kafka broker for one test or one run. */
export async function startOwnKafka(options: KafkaOptions): Promise<OwnKafka> {
  const { address, ...server } = await start('kafka', options)
  return { ...server, brokers: address }
}
