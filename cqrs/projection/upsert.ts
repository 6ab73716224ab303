import { type Queries, qualified, quote } from '../database/sql.ts'
import type { Row, VersionedRow } from './projection.ts'

/** What stood in a table before an upsert: undefined where there was no row. */
export type Before = ReadonlyMap<string, VersionedRow | undefined>

/**
 * Inserts rows, or puts them over older ones, one after the other in the order of their ids: whoever else writes in that
 * order cannot deadlock with us, also over rows that are only being made. (Locking first what is there, and inserting
 * afterwards, would take locks out of that order.) Columns that the rows do not name, such as counters, keep what they
 * hold. PostgreSQL 18 tells what stood there before.
 * @param columns what is told of the rows before, besides the version
 * @returns what the written ones replaced, by id; rows that are as new or newer stay and are not there
 */
export async function upsertRows(
  client: Queries,
  schema: string,
  table: string,
  rows: readonly VersionedRow[],
  columns: readonly string[] = [],
): Promise<Before> {
  const [first] = rows
  if (!first) return new Map()
  const name = qualified(schema, table)
  const written = [...Object.keys(first.row), 'version'].map(quote)
  const result = await client.query<Row & { before: number | null }>(
    `INSERT INTO ${name} AS t (${written.join(', ')})
     SELECT ${written.join(', ')} FROM jsonb_populate_recordset(null::${name}, $1) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET ${written.map((column) => `${column} = excluded.${column}`).join(', ')}
     WHERE excluded.version > t.version
     RETURNING ${[...columns.map((column) => `old.${quote(column)}`), 'new.id', 'old.version AS before'].join(', ')}`,
    [JSON.stringify(rows.map(({ row, version }) => ({ ...row, version })))],
  )
  return new Map(
    result.rows.map(({ before, ...row }) => [row.id, before === null ? undefined : { row, version: before }]),
  )
}

/** The versions of the rows that a table holds under these ids. */
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

/** Which of these ids a table holds with a version of their own; a stub is not held. */
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
