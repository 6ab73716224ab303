import { createClient } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import type { Queries } from '#toolkit/database/sql.ts'
import type { Log } from '#toolkit/process/log.ts'

/** How often the write database is tidied, in milliseconds. */
const TIDY_MS = 60_000

/** Deletes expired rows from the write database, on a connection that is closed when the relay stops. */
export type Tidy = (client: Queries, schema: string, signal: AbortSignal) => Promise<unknown>

/**
 * Runs the tasks now and every minute, one after the other, on a separate connection, so that events do not wait for
 * them. A task that fails is retried a minute later.
 */
export function keepTidy(options: {
  readonly connectionString: string
  readonly schema: string
  readonly tasks: readonly Tidy[]
  readonly log: Log
}): { stop(): Promise<void> } {
  const { connectionString, schema, log } = options
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  async function tidy(): Promise<void> {
    const client = createClient(connectionString, { bounds: backgroundBounds })
    client.on('error', () => undefined)
    const end = () => void client.end().catch(() => undefined)
    try {
      await client.connect()
      // Not earlier: a connection that is ended while it connects never answers.
      stopping.signal.addEventListener('abort', end, { once: true })
      for (const task of options.tasks) {
        if (stopping.signal.aborted) return
        await task(client, schema, stopping.signal).catch((error: unknown) => report(error))
      }
    } catch (error) {
      report(error)
    } finally {
      stopping.signal.removeEventListener('abort', end)
      end()
    }
  }
  const report = (error: unknown) => {
    if (!stopping.signal.aborted) log.warn({ err: error }, 'could not tidy the write database')
  }
  const start = () => {
    running ??= tidy().finally(() => {
      running = undefined
    })
  }
  start()
  const timer = setInterval(start, TIDY_MS)
  return {
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}
