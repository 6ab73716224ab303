/** Settings of a database that differ from what this project needs in every way. */
export const foreignSettings = {
  TimeZone: 'Pacific/Marquesas',
  DateStyle: 'SQL, DMY',
  IntervalStyle: 'sql_standard',
  standard_conforming_strings: 'off',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  search_path: 'pg_catalog',
  client_encoding: 'LATIN1',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  synchronous_commit: 'off',
  statement_timeout: '50ms',
  lock_timeout: '1ms',
  idle_session_timeout: '100ms',
}
