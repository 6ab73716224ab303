import { adapterFault, sqlState } from './sql-state.ts'

/** Another transaction holds a lock that the command needs, for longer than it waits. Nothing was written. */
export class Busy extends Error {
  override name = 'Busy'
}

/** The write database was restored to an older state than its topics. Commands are refused until it is repaired. */
export class WriteDatabaseBehind extends Error {
  override name = 'WriteDatabaseBehind'
  constructor() {
    super('the write database is behind its own topics. See `npm run ops -- status`; `ops -- restored` repairs it.')
  }
}

/** SQLSTATE lock_not_available: the connection's lock_timeout ran out. */
export const LOCK_NOT_AVAILABLE = '55P03'

/**
 * SQLSTATEs and classes with which a server reports that it cannot answer now: connection exceptions, resources,
 * shutdown, cancelled statements, and transactions that it ended because they took too long.
 * Source: PostgreSQL's manual, appendix A.
 */
const unavailable = /^(08|53|57)|^25P0[34]$/

/** Prisma's own codes: no server, no connection, or no time left for the transaction. */
const prismaUnavailable = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']

/** The names that Prisma's adapter has for failed sockets, which have no code in raw statements. */
const unreachable = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TlsConnectionError']

/** Socket errors that the adapter passes on unchanged. Source: Node's manual, common system errors. */
const socketFault = /^E(AI_AGAIN|CONN(ABORTED|REFUSED|RESET)|(HOST|NET)UNREACH|NOTFOUND|PIPE|TIMEDOUT)$/

/** Errors that node-postgres reports only by their message. */
const pgUnavailable =
  /^(Query read timeout|Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect)/

/** See docs/errors.md. */
export type DatabaseFault = 'BUSY' | 'DATABASE_UNAVAILABLE' | 'WRITE_DATABASE_BEHIND'

/**
 * Maps a database fault to a code for the client. With `BUSY` and `WRITE_DATABASE_BEHIND` nothing was written; with
 * `DATABASE_UNAVAILABLE` the request may have been carried out. Undefined when sending it again cannot help.
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
