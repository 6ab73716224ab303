import { bulkhead, isBulkheadRejectedError, TaskCancelledError } from 'cockatiel'
import { GraphQLError } from 'graphql'
import type { Reads } from '../database/client.ts'
import { type Bounds, requestBounds } from '../database/settings.ts'
import { sqlState } from '../database/sql-state.ts'

/** SQLSTATE query_canceled: the connection's statement_timeout ran out. */
const QUERY_CANCELED = '57014'

/** Limits for the expensive reads of one process. */
const standard = {
  /** Concurrent reads in PostgreSQL: fewer than the machine's processors, so that other reads do not wait for them. */
  atOnce: 2,
  /** How many reads may wait for their turn, and how long, in milliseconds. */
  waiting: 50,
  waitMs: 2_000,
}

/** The number of connections in the separate pool for expensive reads. */
export const EXPENSIVE_CONNECTIONS = standard.atOnce

/** Ends reads that nobody waits for any more: the gateway gives up after five seconds. */
export const expensiveBounds: Bounds = { ...requestBounds, statement: 2_000, client: 3_000 }

/**
 * Runs a few reads at once and lets some others wait for a while, so that many searches do not take the database away
 * from cheap queries.
 * @param database with a separate pool, and `expensiveBounds`
 * @returns reads that may throw GraphQLError BUSY
 */
export function createExpensiveReads(database: Reads, { atOnce, waiting, waitMs } = standard): Reads {
  const places = bulkhead(atOnce, waiting)
  return {
    async $queryRawUnsafe<Rows>(text: string, ...values: unknown[]): Promise<Rows> {
      try {
        const read = async () => await database.$queryRawUnsafe<Rows>(text, ...values)
        return await places.execute(read, AbortSignal.timeout(waitMs))
      } catch (error) {
        if (isBulkheadRejectedError(error) || error instanceof TaskCancelledError)
          throw busy('Too many searches at the moment.')
        if (sqlState(error) === QUERY_CANCELED) throw busy('This search takes too long.')
        throw error
      }
    },
  }
}

const busy = (why: string): GraphQLError =>
  new GraphQLError(`${why} Try again later, or look for less.`, { extensions: { code: 'BUSY' } })
