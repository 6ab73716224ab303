import { mkdirSync } from 'node:fs'
import { startPostgres } from './postgres.ts'

/**
 * Runs the embedded PostgreSQL in its own process: `main.ts <folder> <port>`. Reports to its parent over IPC
 * when the server is up, with its pid, or why it is not. Stops on request or when the parent is gone, even during the
 * start, and ends when the server does.
 */
process.title = 'inkstream-postgres'

/** How often the server is checked, in milliseconds. */
const LOOK_MS = 500

const [dir = '', port = ''] = process.argv.slice(2)

/**
 * When this runs as root, another user runs the server, who cannot enter the parent of the server's folder. So both
 * processes work in the server's folder, and use it as the current directory.
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
// The parent may have gone before the listener was added.
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
