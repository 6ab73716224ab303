import { mkdirSync } from 'node:fs'
import { startPostgres } from './postgres.ts'

/**
 * The embedded PostgreSQL as a process of its own: `postgres-main.ts <folder> <port>`. Reports to its parent over IPC
 * when it is up, with the server's pid, or why it is not; stops when it is asked to or when the parent is gone, even
 * while the server comes up; ends when the server does.
 */
process.title = 'inkstream-postgres'

/** How often the server is looked at, in milliseconds. */
const LOOK_MS = 500

const [dir = '', port = ''] = process.argv.slice(2)

/**
 * For root another user runs the server, who cannot enter the data folder that the server's is in. Both stand in the
 * server's own folder, and reach it from there.
 */
function enter(): string {
  if (process.getuid?.() !== 0) return dir
  mkdirSync(dir, { recursive: true })
  process.chdir(dir)
  return '/proc/self/cwd'
}

const starting = startPostgres({
  dir: enter(),
  port: Number(port),
  settings: { timezone: 'UTC', log_timezone: 'UTC' },
})

const stop = (): void =>
  void starting
    .then((server) => server.stop())
    .catch(() => undefined)
    .finally(() => process.exit(0))
process.on('disconnect', stop)
process.on('SIGTERM', stop)
// The parent may have gone before anybody listened for that.
if (process.connected === false) stop()

const report = (message: object): void => {
  if (process.connected) process.send?.(message)
}
try {
  const { pid, alive } = await starting
  report({ up: true, pid })
  setInterval(() => {
    if (!alive()) process.exit(1)
  }, LOOK_MS)
} catch (error) {
  report({ up: false, reason: (error as Error).message })
  process.exitCode = 1
  if (process.connected) process.disconnect()
}
