import { type Queries, qualified, quote } from '#toolkit/database/sql.ts'
import type { Count, Row, Value } from './projection.ts'

/** A row before and after a batch; `before` is undefined when there was no row, or only a stub. */
export type Transition = { readonly before: Row | undefined; readonly after: Row }

/** The changes to counters of one table, by row id, then by column. */
export type Differences = Map<string, Record<string, number>>

/** Adds a counter's changes to `differences`: rows may start or stop counting, or count in another row. */
export function addDifferences(
  differences: Differences,
  { key, column, when }: Count,
  transitions: readonly Transition[],
): void {
  const add = (row: Row | undefined, by: number) => {
    if (!row || !when(row)) return
    for (const holder of holdersOf(row[key])) {
      const columns = differences.get(holder) ?? {}
      differences.set(holder, { ...columns, [column]: (columns[column] ?? 0) + by })
    }
  }
  for (const { before, after } of transitions) {
    add(before, -1)
    add(after, 1)
  }
}

const holdersOf = (value: Value | undefined): Iterable<string> =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? new Set<string>(value) : []

/** Changes counters, in the order of ids. A missing row is created as a stub of version 0. */
export async function writeDifferences(
  client: Queries,
  schema: string,
  table: string,
  differences: Differences,
): Promise<void> {
  const changed = [...differences].filter(([, columns]) => Object.values(columns).some((by) => by !== 0))
  if (changed.length === 0) return
  const columns = [...new Set(changed.flatMap(([, gains]) => Object.keys(gains)))]
  const unchanged = Object.fromEntries(columns.map((column) => [column, 0]))
  const name = qualified(schema, table)
  const quoted = columns.map(quote)
  await client.query(
    `INSERT INTO ${name} AS t (id, version, ${quoted.join(', ')})
     SELECT id, 0, ${quoted.join(', ')} FROM jsonb_populate_recordset(null::${name}, $1) ORDER BY id
     ON CONFLICT (id) DO UPDATE SET ${quoted.map((column) => `${column} = t.${column} + excluded.${column}`).join(', ')}`,
    [JSON.stringify(changed.map(([id, gains]) => ({ id, ...unchanged, ...gains })))],
  )
}
