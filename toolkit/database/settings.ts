/**
 * Settings that results or guarantees depend on. A server, a database, a role, a url or the environment may set others,
 * so every connection sets its own.
 */
const pinned = {
  // Prisma writes times without a time zone and reads them as UTC.
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
  // The runner, the relay and the projectors rely on this level, and begin transactions without naming one.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  // With `off`, a server that crashes loses commits that it acknowledged.
  synchronous_commit: 'on',
} as const

/**
 * Timeouts of a connection, in milliseconds; 0 means no limit. The server's timeouts are shorter than the client's: a
 * statement that the client gives up has already ended on the server, and the next user of the connection cannot commit
 * it.
 */
export type Bounds = {
  /** Waiting for one lock. */
  readonly lock: number
  readonly statement: number
  /** Between two statements of a transaction. */
  readonly idleInTransaction: number
  readonly transaction: number
  /** The client's own timeout: a connection that has not answered by then is destroyed. */
  readonly client: number
}

/** For work that a client waits for: commands and queries. */
export const requestBounds: Bounds = {
  lock: 1_500,
  statement: 4_000,
  idleInTransaction: 4_000,
  transaction: 8_000,
  client: 6_000,
}

/** For background work in pages: projectors, the relay, republishing, ending follows. */
export const backgroundBounds: Bounds = {
  lock: 2_000,
  statement: 20_000,
  idleInTransaction: 20_000,
  transaction: 25_000,
  client: 30_000,
}

/** For migrations: rewriting a table may take any time. */
export const unbounded: Bounds = { lock: 0, statement: 0, idleInTransaction: 0, transaction: 0, client: 0 }

/** The settings of a connection, by their PostgreSQL names. */
export const settingsOf = (bounds: Bounds, searchPath: string): Readonly<Record<string, string>> => ({
  ...pinned,
  search_path: searchPath,
  lock_timeout: String(bounds.lock),
  statement_timeout: String(bounds.statement),
  idle_in_transaction_session_timeout: String(bounds.idleInTransaction),
  transaction_timeout: String(bounds.transaction),
  idle_session_timeout: '0',
})

/** The settings as the start-up parameter `options`, where backslashes escape spaces and backslashes. */
export const asStartupOptions = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value.replaceAll(/[\\ ]/g, '\\$&')}`)
    .join(' ')
