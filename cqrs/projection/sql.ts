import type pg from 'pg'
import type { Count, Row } from './projection.ts'

export type Queries = Pick<pg.ClientBase, 'query'>

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
export const qualified = (schema: string, table: string) => `${quote(schema)}.${quote(table)}`

/** A row as it stands in the table, with its version. */
export type Versioned = { readonly row: Row; readonly version: number }

/** The rows that are there, locked in the order of their ids, so that two writers cannot deadlock. */
export async function lockRows(
  client: Queries,
  schema: string,
  table: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Versioned>> {
  const { rows } = await client.query<Row & { version: number }>(
    `SELECT * FROM ${qualified(schema, table)} WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`,
    [ids],
  )
  return new Map(rows.map(({ version, ...row }) => [row.id, { row, version }]))
}

/** Inserts rows, or puts them over older ones. Columns that the rows do not have, such as counters, stay. */
export async function upsertRows(
  client: Queries,
  schema: string,
  table: string,
  rows: readonly Versioned[],
): Promise<void> {
  const [first] = rows
  if (!first) return
  const columns = ['version', ...Object.keys(first.row)]
  const name = qualified(schema, table)
  await client.query(
    `INSERT INTO ${name} AS t (${columns.map(quote).join(', ')})
     SELECT ${columns.map(quote).join(', ')} FROM jsonb_populate_recordset(null::${name}, $1) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET ${columns
       .filter((column) => column !== 'id')
       .map((column) => `${quote(column)} = excluded.${quote(column)}`)
       .join(', ')}
     WHERE excluded.version > t.version`,
    [JSON.stringify(rows.map(({ row, version }) => ({ ...row, version })))],
  )
}

/** What a counter gains, by the id of the row that holds it. */
export type Differences = ReadonlyMap<string, number>

/** How counters change when these rows change: a row that begins or stops to count, or counts elsewhere now. */
export function countDifferences(
  { key, when }: Count<Row>,
  changes: readonly { readonly before: Row | undefined; readonly after: Row }[],
): Differences {
  const differences = new Map<string, number>()
  const add = (row: Row | undefined, by: number) => {
    const parent = row?.[key]
    if (row && typeof parent === 'string' && when(row)) differences.set(parent, (differences.get(parent) ?? 0) + by)
  }
  for (const { before, after } of changes) {
    add(before, -1)
    add(after, 1)
  }
  return new Map([...differences].filter(([, by]) => by !== 0))
}

/** Adds to counters, in the order of ids. A row that is not there yet becomes a stub, of version 0. */
export async function addCounts(
  client: Queries,
  schema: string,
  { table, column }: Pick<Count<Row>, 'table' | 'column'>,
  differences: Differences,
): Promise<void> {
  if (differences.size === 0) return
  await client.query(
    `INSERT INTO ${qualified(schema, table)} AS t (id, version, ${quote(column)})
     SELECT id, 0, by FROM unnest($1::uuid[], $2::int[]) AS d(id, by) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET ${quote(column)} = t.${quote(column)} + excluded.${quote(column)}`,
    [[...differences.keys()], [...differences.values()]],
  )
}
