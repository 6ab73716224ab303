import { type Queries, qualified, quote } from '../database/sql.ts'
import type { Count, Row, Value } from './projection.ts'

/** A row before and after a batch; before is undefined where there was none, or a stub. */
export type Transition = { readonly before: Row | undefined; readonly after: Row }

/** What counters of one table gain: by the id of the row that holds them, then by column. */
export type Differences = Map<string, Record<string, number>>

/** Adds to `differences` what rows that changed mean for a counter: they begin or cease to count, or count elsewhere. */
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

/** Adds to counters, in the order of ids. A row that is not there yet becomes a stub, of version 0. */
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
