import { startPostgres } from './postgres.ts'

/**
 * The embedded PostgreSQL as a process of its own: `postgres-main.ts <folder> <port>`. Tells its parent over IPC when
 * it is up or why it is not, and stops when it is told to or when the parent is gone.
 */
const [dir = '', port = ''] = process.argv.slice(2)
try {
  const server = await startPostgres({ dir, port: Number(port) })
  const stop = () => void server.stop().finally(() => process.exit(0))
  process.on('disconnect', stop)
  process.on('SIGTERM', stop)
  process.send?.({ up: true })
} catch (error) {
  process.send?.({ up: false, reason: (error as Error).message })
  process.exitCode = 1
  process.disconnect?.()
}
