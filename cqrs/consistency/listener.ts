import { createClient } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { quote } from '#toolkit/database/sql.ts'
import { sleep } from '#toolkit/process/backoff.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'

/** The channel on which projectors announce what they wrote to a schema. */
export const projectedChannel = (schema: string): string => `${schema}_projected`

/** How long until a lost connection is tried again, in milliseconds. */
const AGAIN_MS = 1_000

/**
 * Listens to what is projected into a schema, over a connection of its own, which it opens again whenever it is lost.
 * Nobody relies on it: without it, waiters poll.
 * @param url not through a pooler, since a subscription belongs to a session
 */
export function createProjectedListener(options: {
  readonly url: string
  readonly schema: string
  readonly onProjected: () => void
  readonly log: Log
}): Part {
  const { url, schema, onProjected, log } = options
  const stopping = new AbortController()
  let listening: Promise<void> | undefined

  async function listen(): Promise<void> {
    const client = createClient(url, { bounds: backgroundBounds })
    const over = Promise.withResolvers<void>()
    const end = () => over.resolve()
    client.on('error', (error) => {
      log.debug({ err: error }, 'listening broke off')
      end()
    })
    client.on('end', end)
    stopping.signal.addEventListener('abort', end)
    client.on('notification', onProjected)
    try {
      await client.connect()
      await client.query(`LISTEN ${quote(projectedChannel(schema))}`)
      await over.promise
    } catch (error) {
      log.debug({ err: error }, 'cannot listen')
    } finally {
      stopping.signal.removeEventListener('abort', end)
      await client.end().catch(() => undefined)
    }
  }

  return {
    name: `listener of ${schema}`,
    async start() {
      listening ??= (async () => {
        for (; !stopping.signal.aborted; await sleep(AGAIN_MS, stopping.signal)) await listen()
      })()
    },
    async stop() {
      stopping.abort()
      await listening
    },
  }
}
