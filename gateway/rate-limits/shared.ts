import { createHmac } from 'node:crypto'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import { createPool } from '#cqrs/database/connect.ts'
import type { Log } from '#cqrs/process/log.ts'
import { createSeldom } from '#cqrs/process/seldom.ts'
import { within } from '#cqrs/process/within.ts'
import type { Count } from './rate-limits.ts'

/** How long a request waits for the count, in milliseconds. */
const WAIT_MS = 500

/** After a failure the store is not asked for so long, in milliseconds. */
const PAUSE_MS = 5_000

const CONNECTIONS = 5

const bounds = { lock: 400, statement: 400, idleInTransaction: 400, transaction: 400, client: 1_000 }

const TABLE = 'gateway_rate_limit'

/** The keys' digests are all that is stored: no address, no user. */
const CREATE = `CREATE UNLOGGED TABLE IF NOT EXISTS ${TABLE} (
  key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`

export type SharedCount = { readonly count: Count; close(): Promise<void> }

/**
 * Counts in PostgreSQL, together with all gateways that have the same url. While it does not answer, each counts by
 * itself: a limit is no reason to refuse everybody.
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
    // Who counts compares.
    points: Number.MAX_SAFE_INTEGER,
    duration: windowMs / 1_000,
  })
  const seldom = createSeldom(PAUSE_MS)
  let created: Promise<unknown> | undefined
  let pausedUntil = 0
  /** Only when it is missing: whoever may not make tables may still use one that an administrator made. */
  async function createTable(): Promise<void> {
    const { rows } = await pool.query<{ known: boolean }>('SELECT to_regclass($1) IS NOT NULL AS known', [TABLE])
    if (!rows[0]?.known) await pool.query(CREATE)
  }
  const shared: Count = async (key, times) => {
    created ??= createTable().catch((error: unknown) => {
      created = undefined
      throw error
    })
    await created
    const digest = createHmac('sha256', url).update(key).digest('base64url')
    const { consumedPoints, msBeforeNext } = await limiter.consume(digest, times)
    return { times: consumedPoints, endsInMs: msBeforeNext }
  }
  return {
    async count(key, times) {
      if (performance.now() < pausedUntil) return alone(key, times)
      try {
        return await within(WAIT_MS, 'the store of rate limits does not answer', shared(key, times))
      } catch (error) {
        pausedUntil = performance.now() + PAUSE_MS
        const leftOut = seldom('store')
        if (leftOut !== undefined) log.warn({ err: error, leftOut }, 'rate limits are counted by this gateway alone')
        return alone(key, times)
      }
    },
    close: () => pool.end(),
  }
}
