import type { Queries } from '#toolkit/database/sql.ts'
import { addDifferences, type Differences, type Transition, writeDifferences } from './counts.ts'
import type { Folded } from './fold.ts'
import type { Model } from './model.ts'
import type { VersionedRow } from './projection.ts'
import { readVersions, upsertRows } from './upsert.ts'

/** Rows for one table that did not come from the log. They only replace older rows: of the same version, the log is right. */
export type ExtraRows = { readonly table: string; readonly rows: readonly VersionedRow[] }

/**
 * Writes the rows that are newer than those in the tables, or differ at the same version, then the counters that the
 * changes affect. It goes through tables in the model's order and rows in the order of ids, so that batches do not deadlock: see upsertRows.
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
      const states = folded.flatMap((state) => {
        const row = state.rows[index]
        return row ? [{ state, row, version: state.version }] : []
      })
      const columns = counts.length > 0 ? Object.keys(states[0]?.row ?? {}) : []
      const replaced = await upsertRows(client, schema, table, states, 'refill', columns)
      const kept = folded.map(({ key }) => key).filter((key) => !replaced.has(key))
      const newer = await readVersions(client, schema, table, kept)
      for (const { key, lastVersion } of folded) {
        const version = replaced.get(key)?.version ?? newer.get(key) ?? 0
        if (lastVersion < version) backwards.add(key)
      }
      const transitions: Transition[] = []
      for (const { state, row } of states) {
        if (!replaced.has(state.key)) continue
        const before = replaced.get(state.key)
        transitions.push({ before: before && before.version > 0 ? before.row : undefined, after: row })
        written.add(state)
      }
      for (const count of counts) {
        const ofTable = differences.get(count.table) ?? new Map()
        differences.set(count.table, ofTable)
        addDifferences(ofTable, count, transitions)
      }
    }
    if (extra?.table === table) await upsertRows(client, schema, table, extra.rows, 'keep')
    const ofTable = differences.get(table)
    if (ofTable) await writeDifferences(client, schema, table, ofTable)
  }
  return { written: [...written], backwards: [...backwards] }
}
