import type pg from 'pg'
import { createClient } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { sleep } from '#toolkit/process/backoff.ts'
import { ONLY_INDEXES } from './unsent.ts'
import { channelOf } from './wake.ts'

/**
 * A session that holds the service's relay lock. The lock lasts as long as the session, so any query that this session
 * answers proves that the lock is still held.
 */
export type Leadership = {
  readonly client: pg.Client
  /** Rejects when the lock is lost. */
  check(): Promise<void>
  /** Resolves when new rows are announced, or after `ms` milliseconds. */
  woken(ms: number): Promise<void>
  release(): Promise<void>
}

/** The name of the lock that a service's relay holds. PostgreSQL gets its hash. */
export const relayLock = (schema: string): string => `inkstream.relay.${schema}`

/** How often a standby relay tries to take the lock, in milliseconds. */
const STANDBY_MS = 500

/**
 * PostgreSQL ends a leader's session after this much silence, so that a hanging leader loses the lock. Longer than a
 * send can take.
 */
const SILENT_LEADER_MS = 30_000

/**
 * Waits until this process is the only leading relay of the service. Needs a direct connection: with a pooler, other
 * clients could share the session and its lock.
 * @returns undefined when the signal aborted first
 */
export async function becomeLeader(options: {
  connectionString: string
  schema: string
  onStandby: () => void
  signal: AbortSignal
}): Promise<Leadership | undefined> {
  const { schema, signal } = options
  const client = createClient(options.connectionString, { bounds: backgroundBounds })
  let lost: Error | undefined
  let wake: () => void = () => undefined
  let announced = false
  client.on('error', (error) => {
    lost = error
    wake()
  })
  client.on('notification', () => {
    announced = true
    wake()
  })

  const release = () => client.end().catch(() => undefined)
  try {
    await client.connect()
    while (!(await tryLock(client, schema))) {
      options.onStandby()
      await sleep(STANDBY_MS, signal)
      if (signal.aborted) {
        await release()
        return undefined
      }
    }
    await client.query(`SET idle_session_timeout = ${SILENT_LEADER_MS}`)
    await client.query(ONLY_INDEXES)
    await client.query(`LISTEN "${channelOf(schema)}"`)
  } catch (error) {
    await release()
    throw error
  }

  return {
    client,
    async check() {
      if (lost) throw lost
      await client.query('SELECT 1')
    },
    async woken(ms) {
      if (!announced && !lost) {
        const early = new AbortController()
        wake = () => early.abort()
        const abort = () => early.abort()
        signal.addEventListener('abort', abort)
        await sleep(ms, early.signal)
        signal.removeEventListener('abort', abort)
      }
      announced = false
      if (lost) throw lost
    },
    release,
  }
}

async function tryLock(client: pg.Client, schema: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked`,
    [relayLock(schema)],
  )
  return rows[0]?.locked === true
}
