import { createHmac } from 'node:crypto'
import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'

/** How often something may be tried, and within how many seconds. */
export type Limit = { readonly times: number; readonly seconds: number }

/** Counts attempts in the write database, so that counts survive restarts and include all instances. */
export type Throttle<Name extends string> = {
  /** Counts an attempt. @returns whether it is within the limit */
  attempt(limit: Name, subject: string): Promise<boolean>
  /** Resets the count of a subject. */
  clear(limit: Name, subject: string): Promise<void>
}

/**
 * @param secret the key for digests of subjects: the table stores digests and no addresses
 * @param schema of the table `throttle`
 */
export function createThrottle<Name extends string>(
  pool: pg.Pool,
  schema: string,
  secret: string,
  limits: Readonly<Record<Name, Limit>>,
): Throttle<Name> {
  const limiters = new Map(
    Object.entries<Limit>(limits).map(([name, { times, seconds }]) => [
      name,
      new RateLimiterPostgres({
        storeClient: pool,
        storeType: 'pool',
        schemaName: schema,
        tableName: 'throttle',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix: name,
        points: times,
        duration: seconds,
      }),
    ]),
  )
  const limiterOf = (name: string) => {
    const limiter = limiters.get(name)
    if (!limiter) throw new Error(`no limit ${name}`)
    return limiter
  }
  const digest = (subject: string) => createHmac('sha256', secret).update(`throttle\0${subject}`).digest('base64url')
  return {
    async attempt(limit, subject) {
      try {
        await limiterOf(limit).consume(digest(subject))
        return true
      } catch (error) {
        if (error instanceof RateLimiterRes) return false
        throw error
      }
    },
    async clear(limit, subject) {
      await limiterOf(limit).delete(digest(subject))
    },
  }
}
