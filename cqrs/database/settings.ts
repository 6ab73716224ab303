/**
 * Settings that results or promises depend on. A server, a database, a role, a url or the environment may have others,
 * so every connection names its own.
 */
const pinned = {
  // Prisma writes times without a zone and reads them as UTC.
  TimeZone: 'UTC',
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  standard_conforming_strings: 'on',
  bytea_output: 'hex',
  extra_float_digits: '1',
  transform_null_equals: 'off',
  array_nulls: 'on',
  gin_fuzzy_search_limit: '0',
  default_text_search_config: 'pg_catalog.simple',
  // The runner, the relay and the projectors are written for this level, and begin transactions without naming one.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  // With `off`, a server that crashes loses what it acknowledged.
  synchronous_commit: 'on',
} as const

/**
 * How long PostgreSQL lets a connection hold things up, in milliseconds; 0 is no bound. The server's bounds are shorter
 * than the client's: what a client gives up has ended on the server before, and cannot be committed by whoever gets
 * the connection next.
 */
export type Bounds = {
  /** Waiting for one lock. */
  readonly lock: number
  readonly statement: number
  /** Between two statements of a transaction. */
  readonly idleInTransaction: number
  readonly transaction: number
  /** The client's own: after this a connection that has not answered is destroyed. */
  readonly client: number
}

/** For what somebody waits for: commands and queries. */
export const requestBounds: Bounds = {
  lock: 1_500,
  statement: 4_000,
  idleInTransaction: 4_000,
  transaction: 8_000,
  client: 6_000,
}

/** For what works in pages in the background: projectors, the relay, republishing, ending follows. */
export const backgroundBounds: Bounds = {
  lock: 2_000,
  statement: 20_000,
  idleInTransaction: 20_000,
  transaction: 25_000,
  client: 30_000,
}

/** For migrations: rewriting a table takes as long as it takes. */
export const unbounded: Bounds = { lock: 0, statement: 0, idleInTransaction: 0, transaction: 0, client: 0 }

/** What a connection must have in force, by the names of PostgreSQL's settings. */
export const settingsOf = (bounds: Bounds, searchPath: string): Readonly<Record<string, string>> => ({
  ...pinned,
  search_path: searchPath,
  lock_timeout: String(bounds.lock),
  statement_timeout: String(bounds.statement),
  idle_in_transaction_session_timeout: String(bounds.idleInTransaction),
  transaction_timeout: String(bounds.transaction),
  idle_session_timeout: '0',
})

/** The settings as the start-up parameter `options`, in which a space or a backslash is escaped by a backslash. */
export const asStartupOptions = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
    .join(' ')
