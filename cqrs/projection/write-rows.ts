import type { ExtraRows } from './apply.ts'
import { addDifferences, type Differences, type Transition, writeDifferences } from './counts.ts'
import type { Folded } from './fold.ts'
import type { Model } from './model.ts'
import type { VersionedRow } from './projection.ts'
import type { Queries } from './sql.ts'
import { lockRows, upsertRows } from './upsert.ts'

/**
 * Writes the rows of these states that are newer than the tables', then the counters that follow from how the rows
 * changed. Tables in the model's order and rows in the order of their ids, so that no two batches deadlock.
 */
export async function writeRows(
  client: Queries,
  { schema, projections, tables }: Model,
  folded: readonly Folded[],
  extra?: ExtraRows,
): Promise<{ readonly written: readonly Folded[]; readonly backwards: readonly string[] }> {
  const written = new Set<Folded>()
  const backwards = new Set(folded.filter(({ version, lastVersion }) => lastVersion < version).map(({ key }) => key))
  const differences = new Map<string, Differences>()

  for (const table of tables) {
    for (const [index, projection] of projections.entries()) {
      if (projection.table !== table || folded.length === 0) continue
      const counts = projection.counts ?? []
      const columns = counts.length > 0 ? Object.keys(folded[0]?.rows[index] ?? {}) : ['id']
      const keys = folded.map(({ key }) => key)
      const there = await lockRows(client, schema, table, columns, keys)
      const newer: VersionedRow[] = []
      const transitions: Transition[] = []
      for (const state of folded) {
        const row = state.rows[index]
        const old = there.get(state.key)
        if (old && state.lastVersion < old.version) backwards.add(state.key)
        if (!row || (old && old.version >= state.version)) continue
        newer.push({ row, version: state.version })
        transitions.push({ before: old && old.version > 0 ? old.row : undefined, after: row })
        written.add(state)
      }
      await upsertRows(client, schema, table, newer)
      for (const count of counts) {
        const ofTable = differences.get(count.table) ?? new Map()
        differences.set(count.table, ofTable)
        addDifferences(ofTable, count, transitions)
      }
    }
    if (extra?.table === table) await upsertRows(client, schema, table, extra.rows)
    const ofTable = differences.get(table)
    if (ofTable) await writeDifferences(client, schema, table, ofTable)
  }
  return { written: [...written], backwards: [...backwards] }
}
