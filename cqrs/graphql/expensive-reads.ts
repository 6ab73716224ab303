import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { bulkhead, isBulkheadRejectedError, TaskCancelledError } from 'cockatiel'
import { GraphQLError } from 'graphql'
import type { Reads } from '#toolkit/database/client.ts'
import { type Bounds, requestBounds } from '#toolkit/database/settings.ts'
import { sqlState } from '#toolkit/database/sql-state.ts'

/** SQLSTATE query_canceled: the connection's statement_timeout ran out. */
const QUERY_CANCELED = '57014'

/** Limits for the expensive reads of one process. */
const standard = {
  /** Concurrent reads in PostgreSQL: fewer than the machine's processors, so that other reads do not wait for them. */
  atOnce: Math.max(1, Math.floor(availableParallelism() / 2)),
  /** How many reads may wait: many, since a client that is refused at once asks again at once, which costs more. */
  waiting: 1_000,
  /** A request's reads start within half to all of so many milliseconds of its first one, or are refused. */
  waitMs: 2_000,
}

/** The number of connections in the separate pool for expensive reads. */
export const EXPENSIVE_CONNECTIONS = standard.atOnce

/** Waiting and the last read end before the gateway gives up after five seconds. */
export const expensiveBounds: Bounds = { ...requestBounds, statement: 1_500, client: 2_500 }

/** The expensive reads of one request. They may throw GraphQLError BUSY. */
export type ExpensiveReads = () => Reads

/**
 * Runs a few reads at once and lets others wait for a while, so that many searches do not take the database away from
 * cheap queries.
 * @param database with a separate pool, and `expensiveBounds`
 * @param upToDate waits until the tables have what the request must see. Before a read takes its turn: nobody should
 * hold a place meanwhile, and a read that had to queue runs in the asynchronous context of another request
 */
export function createExpensiveReads(
  database: Reads,
  upToDate: () => Promise<void>,
  { atOnce, waiting, waitMs } = standard,
): ExpensiveReads {
  const places = bulkhead(atOnce, waiting)

  async function inTurn<T>(read: () => PromiseLike<T>, signal: AbortSignal): Promise<T> {
    let started = false
    const done = places.execute(() => {
      started = true
      return read()
    }, signal)
    // The bulkhead looks at the signal only when a place becomes free.
    const late = once(signal, 'abort').then(() => (started ? done : Promise.reject(new TaskCancelledError())))
    return await Promise.race([done, late])
  }

  return () => {
    let signal: AbortSignal | undefined
    return {
      async $queryRawUnsafe<Rows>(text: string, ...values: unknown[]): Promise<Rows> {
        await upToDate()
        // Not for all the same time: those that came together would be refused, and come again, together.
        signal ??= AbortSignal.timeout(Math.ceil(waitMs * (0.5 + Math.random() / 2)))
        try {
          return await inTurn(() => database.$queryRawUnsafe<Rows>(text, ...values), signal)
        } catch (error) {
          if (isBulkheadRejectedError(error) || error instanceof TaskCancelledError)
            throw busy('Too many searches at the moment.')
          if (sqlState(error) === QUERY_CANCELED) throw busy('This search takes too long.')
          throw error
        }
      },
    }
  }
}

const busy = (why: string): GraphQLError =>
  new GraphQLError(`${why} Try again later, or look for less.`, { extensions: { code: 'BUSY' } })
