import { createHmac } from 'node:crypto'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import { createPool } from '#toolkit/database/connect.ts'
import { sleep } from '#toolkit/process/backoff.ts'
import type { Log } from '#toolkit/process/log.ts'
import { createSeldom } from '#toolkit/process/seldom.ts'
import { within } from '#toolkit/process/within.ts'
import type { Count } from './rate-limits.ts'

/** How long a request waits for the count, in milliseconds. */
const WAIT_MS = 500

/** Pause after a failure of the store, in milliseconds. */
const PAUSE_MS = 5_000

const CONNECTIONS = 5

const bounds = { lock: 400, statement: 400, idleInTransaction: 400, transaction: 400, client: 1_000 }

const TABLE = 'gateway_rate_limit'

/** Stores only digests of the keys: no address, no user. */
const CREATE = `CREATE UNLOGGED TABLE IF NOT EXISTS ${TABLE} (
  key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`

/** Gateways that start together may all create it: `IF NOT EXISTS` does not prevent that race. */
function ignoreRace(error: Error & { readonly code?: string }): void {
  if (error.code !== '23505' && error.code !== '42P07') throw error
}

export type SharedCount = {
  readonly count: Count
  /** Why this gateway counts alone; undefined while the store answers. */
  away(): string | undefined
  /** Queries the store every five seconds, so that its state is known without traffic. */
  start(): void
  close(): Promise<void>
}

/**
 * Counts in PostgreSQL, together with all gateways that use the same url. While the store does not answer, each gateway
 * counts alone: an outage of the store must not refuse every request.
 */
export function createSharedCount(url: string, windowMs: number, alone: Count, log: Log): SharedCount {
  const pool = createPool(url, { bounds, max: CONNECTIONS, log })
  const limiter = new RateLimiterPostgres({
    storeClient: pool,
    storeType: 'pool',
    tableName: TABLE,
    tableCreated: true,
    clearExpiredByTimeout: true,
    keyPrefix: '',
    // The caller of `count` compares it with the limit.
    points: Number.MAX_SAFE_INTEGER,
    duration: windowMs / 1_000,
  })
  const seldom = createSeldom(PAUSE_MS)
  let created: Promise<unknown> | undefined
  let pausedUntil = 0
  let away: string | undefined = 'it has not answered yet'
  const stopping = new AbortController()
  /** Only when it is missing: a user who may not create tables can use one that an administrator created. */
  async function createTable(): Promise<void> {
    const { rows } = await pool.query<{ known: boolean }>('SELECT to_regclass($1) IS NOT NULL AS known', [TABLE])
    if (!rows[0]?.known) await pool.query(CREATE).catch(ignoreRace)
  }
  const tableThere = () =>
    (created ??= createTable().catch((error: unknown) => {
      created = undefined
      throw error
    }))
  const shared: Count = async (key, times) => {
    await tableThere()
    const digest = createHmac('sha256', url).update(key).digest('base64url')
    const { consumedPoints, msBeforeNext } = await limiter.consume(digest, times)
    return { times: consumedPoints, endsInMs: msBeforeNext }
  }
  /** @throws when the store does not answer in time */
  async function ask<T>(question: Promise<T>): Promise<T> {
    try {
      const answer = await within(WAIT_MS, 'the store of rate limits does not answer', question)
      away = undefined
      return answer
    } catch (error) {
      away = (error as Error).message || String(error)
      const leftOut = seldom('store')
      if (leftOut !== undefined) log.warn({ err: error, leftOut }, 'rate limits are counted by this gateway alone')
      throw error
    }
  }
  async function keepAsking(): Promise<void> {
    while (!stopping.signal.aborted) {
      // A write, as a count is: a standby server, or a user without rights, still answers reads.
      await ask(shared('probe', 1)).catch(() => undefined)
      await sleep(PAUSE_MS, stopping.signal)
    }
  }
  return {
    async count(key, times) {
      if (performance.now() < pausedUntil) return alone(key, times)
      try {
        return await ask(shared(key, times))
      } catch {
        pausedUntil = performance.now() + PAUSE_MS
        return alone(key, times)
      }
    },
    away: () => away,
    start: () => void keepAsking(),
    async close() {
      stopping.abort()
      await pool.end()
    },
  }
}
