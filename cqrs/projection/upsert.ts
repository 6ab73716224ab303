import { type Queries, qualified, quote } from '#toolkit/database/sql.ts'
import type { Row, VersionedRow } from './projection.ts'

/** The rows that an upsert replaced: undefined for an inserted row. */
export type Before = ReadonlyMap<string, VersionedRow | undefined>

/**
 * What happens to a row that has the version already: `refill` writes it again if any column differs, so that columns
 * added later are filled when the log is read again. `keep` leaves it.
 */
export type SameVersion = 'refill' | 'keep'

/**
 * Inserts rows or replaces older ones, in the order of their ids. Transactions that all write in this order cannot
 * deadlock, even over rows that are being inserted. (Locking existing rows first and inserting afterwards would break
 * the order.) Columns that the rows do not have, such as counters, keep their values. PostgreSQL 18 can return the
 * replaced rows.
 * @param columns the columns to return of the replaced rows, besides the version
 * @returns the replaced rows, by id; without those that were kept: newer ones, and equal ones of the same version
 */
export async function upsertRows(
  client: Queries,
  schema: string,
  table: string,
  rows: readonly VersionedRow[],
  sameVersion: SameVersion,
  columns: readonly string[] = [],
): Promise<Before> {
  const [first] = rows
  if (!first) return new Map()
  const name = qualified(schema, table)
  const written = [...Object.keys(first.row), 'version'].map(quote)
  const all = (row: string) => `(${written.map((column) => `${row}.${column}`).join(', ')})`
  const differs = `excluded.version = t.version AND ${all('excluded')} IS DISTINCT FROM ${all('t')}`
  const result = await client.query<Row & { before: number | null }>(
    `INSERT INTO ${name} AS t (${written.join(', ')})
     SELECT ${written.join(', ')} FROM jsonb_populate_recordset(null::${name}, $1) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET ${written.map((column) => `${column} = excluded.${column}`).join(', ')}
     WHERE excluded.version > t.version${sameVersion === 'refill' ? ` OR ${differs}` : ''}
     RETURNING ${[...columns.map((column) => `old.${quote(column)}`), 'new.id', 'old.version AS before'].join(', ')}`,
    [JSON.stringify(rows.map(({ row, version }) => ({ ...row, version })))],
  )
  return new Map(
    result.rows.map(({ before, ...row }) => [row.id, before === null ? undefined : { row, version: before }]),
  )
}

/** The versions of the rows with these ids in a table. */
export async function readVersions(
  client: Queries,
  schema: string,
  table: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map()
  const { rows } = await client.query<{ id: string; version: number }>(
    `SELECT id, version FROM ${qualified(schema, table)} WHERE id = ANY($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map(({ id, version }) => [id, version]))
}

/** The ids that a table holds with a real version, that is, not as a stub. */
export async function heldIds(
  client: Queries,
  schema: string,
  table: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM ${qualified(schema, table)} WHERE id = ANY($1::uuid[]) AND version > 0`,
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}
