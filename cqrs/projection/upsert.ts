import type { Row, VersionedRow } from './projection.ts'
import { type Queries, qualified, quote } from './sql.ts'

/**
 * What stands in a table under these ids, locked in the order of the ids, so that two writers cannot deadlock.
 * @param columns what is read besides the version
 */
export async function lockRows(
  client: Queries,
  schema: string,
  table: string,
  columns: readonly string[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, VersionedRow>> {
  const { rows } = await client.query<Row & { version: number }>(
    `SELECT version, ${columns.map(quote).join(', ')} FROM ${qualified(schema, table)}
     WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
    [ids],
  )
  return new Map(rows.map(({ version, ...row }) => [row.id, { row, version }]))
}

/**
 * Inserts rows, or puts them over older ones, in the order of their ids. Columns that the rows do not name, such as
 * counters, keep what they hold.
 */
export async function upsertRows(
  client: Queries,
  schema: string,
  table: string,
  rows: readonly VersionedRow[],
): Promise<void> {
  const [first] = rows
  if (!first) return
  const name = qualified(schema, table)
  const columns = [...Object.keys(first.row), 'version'].map(quote)
  await client.query(
    `INSERT INTO ${name} AS t (${columns.join(', ')})
     SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(null::${name}, $1) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
     WHERE excluded.version > t.version`,
    [JSON.stringify(rows.map(({ row, version }) => ({ ...row, version })))],
  )
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
