import { rmSync } from 'node:fs'
import { startKafka } from '#infra/kafka/kafka.ts'
import { startPostgres } from '#infra/postgres/postgres.ts'

/**
 * Runs one server of a test run: `server-main.ts <postgres|kafka> <its options as JSON>`. Reports over IPC to the
 * parent that the server is up, or why not. Stops the server on SIGTERM. When the parent has ended in any way, also
 * removes the server's folder.
 */
process.title = 'inkstream-test-server'

/** How often it checks that the server runs, in milliseconds. */
const LOOK_MS = 200

const [kind, json = ''] = process.argv.slice(2)
const options = JSON.parse(json)
const stopping = new AbortController()
const starting =
  kind === 'kafka'
    ? startKafka({ ...options, signal: stopping.signal }).then((kafka) => ({ ...kafka, address: kafka.brokers }))
    : startPostgres(options).then((postgres) => ({ ...postgres, address: postgres.url }))

const stop = (after = () => {}): void => {
  stopping.abort()
  void starting
    .then((server) => server.stop())
    .catch(() => undefined)
    .finally(() => {
      after()
      process.exit(0)
    })
}
process.on('SIGTERM', () => stop())
process.on('disconnect', () => stop(() => rmSync(options.dir, { recursive: true, force: true })))

try {
  const { pid, address } = await starting
  process.send?.({ address, pid })
  setInterval(() => {
    try {
      process.kill(pid, 0)
    } catch {
      process.exit(1)
    }
  }, LOOK_MS)
} catch (error) {
  process.send?.({ reason: (error as Error).message }, () => process.exit(1))
}
