import { bulkhead, isBulkheadRejectedError, TaskCancelledError } from 'cockatiel'
import { GraphQLError } from 'graphql'
import type { Reads } from '../database/client.ts'
import { type Bounds, requestBounds } from '../database/settings.ts'
import { sqlState } from '../database/sql-state.ts'

/** SQLSTATE query_canceled: the connection's statement_timeout ran out. */
const QUERY_CANCELED = '57014'

/** What expensive reads of one process may take. */
const standard = {
  /** Reads that PostgreSQL works on at once: less than a machine has processors, or other reads stand in line for those. */
  atOnce: 2,
  /** Reads that wait for their turn, and how long, in milliseconds. */
  waiting: 50,
  waitMs: 2_000,
}

/** Connections that expensive reads are made over, for a pool of their own. */
export const EXPENSIVE_CONNECTIONS = standard.atOnce

/** What nobody waits for any more is not worked on any more either: the gateway gives up after five seconds. */
export const expensiveBounds: Bounds = { ...requestBounds, statement: 2_000, client: 3_000 }

/**
 * Runs a few reads at once, and lets some wait for a while, so that many who search do not take the database from those
 * who ask for little.
 * @param database with a pool of its own, and `expensiveBounds`
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
          throw busy('Too many search at the moment.')
        if (sqlState(error) === QUERY_CANCELED) throw busy('This search takes too long.')
        throw error
      }
    },
  }
}

const busy = (why: string): GraphQLError =>
  new GraphQLError(`${why} Try again later, or look for less.`, { extensions: { code: 'BUSY' } })
