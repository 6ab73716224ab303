import { startPostgres } from './postgres.ts'

/**
 * The embedded PostgreSQL as a process of its own: `postgres-main.ts <folder> <port>`. Tells its parent over IPC when
 * it is up, with the server's pid, or why it is not; stops when it is told to or when the parent is gone, even while
 * the server comes up; ends when the server does.
 */

/** How often the server is looked at, in milliseconds. */
const LOOK_MS = 500

const [dir = '', port = ''] = process.argv.slice(2)
const starting = startPostgres({ dir, port: Number(port) })

const stop = (): void =>
  void starting
    .then((server) => server.stop())
    .catch(() => undefined)
    .finally(() => process.exit(0))
process.on('disconnect', stop)
process.on('SIGTERM', stop)

const tell = (message: object): void => {
  if (process.connected) process.send?.(message)
}
try {
  const { pid, alive } = await starting
  tell({ up: true, pid })
  setInterval(() => {
    if (!alive()) process.exit(1)
  }, LOOK_MS)
} catch (error) {
  tell({ up: false, reason: (error as Error).message })
  process.exitCode = 1
  if (process.connected) process.disconnect()
}
