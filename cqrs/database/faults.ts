import { WriteDatabaseBehind } from '../outbox/outbox.ts'
import { adapterFault, sqlState } from './sql-state.ts'

/** Somebody else holds what a command changes, longer than it waits. Nothing was written. */
export class Busy extends Error {
  override name = 'Busy'
}

/** SQLSTATE lock_not_available: the connection's lock_timeout ran out. */
export const LOCK_NOT_AVAILABLE = '55P03'

/**
 * SQLSTATEs and their classes by which a server says that it cannot answer now: connection exceptions, resources,
 * shutdown and cancelled statements; and transactions that it ended because they took too long.
 * Source: PostgreSQL's manual, appendix A.
 */
const unavailable = /^(08|53|57)|^25P0[34]$/

/** What Prisma says by its own codes: no server, no connection, or no time left for the transaction. */
const prismaUnavailable = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']

/** How Prisma's adapter names a failed socket; under a raw statement this has no code of its own. */
const unreachable = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TlsConnectionError']

/** Failed sockets that the adapter passes on as they are. Source: Node's manual, common system errors. */
const socketFault = /^E(AI_AGAIN|CONN(ABORTED|REFUSED|RESET)|(HOST|NET)UNREACH|NOTFOUND|PIPE|TIMEDOUT)$/

/** What node-postgres says in words alone. */
const pgUnavailable =
  /^(Query read timeout|Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect)/

/** See docs/errors.md. */
export type DatabaseFault = 'BUSY' | 'DATABASE_UNAVAILABLE' | 'WRITE_DATABASE_BEHIND'

/**
 * What a fault of a database means for a client: `BUSY` and `WRITE_DATABASE_BEHIND`, nothing was written;
 * `DATABASE_UNAVAILABLE`, what was asked may have been carried out; undefined when sending it again cannot help.
 */
export function databaseFault(error: unknown): DatabaseFault | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof WriteDatabaseBehind) return 'WRITE_DATABASE_BEHIND'
  const state = sqlState(error)
  if (error instanceof Busy || state === LOCK_NOT_AVAILABLE) return 'BUSY'
  const { code = '' } = error as { code?: string }
  const down =
    unavailable.test(state ?? '') ||
    prismaUnavailable.includes(code) ||
    unreachable.includes(adapterFault(error)?.kind ?? '') ||
    socketFault.test(code) ||
    pgUnavailable.test(error.message)
  return down ? 'DATABASE_UNAVAILABLE' : undefined
}
