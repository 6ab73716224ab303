import { deepStrictEqual } from 'node:assert/strict'
import fc from 'fast-check'
import type pg from 'pg'
import { createPool } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { qualified } from '#toolkit/database/sql.ts'
import { partitionName } from '../broker/broker.ts'
import { applyBatch } from '../projection/apply.ts'
import { fedBy, type Model } from '../projection/model.ts'
import { beginOffset, forgetOffsets } from '../projection/offsets.ts'
import { type DeliveredBatch, type History, interleaving, lastStates } from './interleaving.ts'

/**
 * Checks that a model converges: in whatever way the histories reach it, its tables end up with each key's last state,
 * and a replay from the beginning changes nothing. Uses real tables and the projector's own code.
 * @param options.url of a migrated database used by this test only: its tables are emptied for every run
 * @throws with the shortest counterexample found
 */
export async function assertConverges(options: {
  readonly url: string
  readonly model: Model
  readonly histories: fc.Arbitrary<readonly History[]>
  readonly runs?: number
}): Promise<void> {
  const { url, model, histories, runs = 100 } = options
  const pool = createPool(url, { bounds: backgroundBounds, max: 2 })
  try {
    await fc.assert(
      fc.asyncProperty(
        histories.chain((some) => fc.tuple(fc.constant(some), interleaving(some))),
        async ([some, batches]) => {
          await empty(pool, model)
          await project(pool, model, lastStates(some))
          const expected = await dump(pool, model)

          await empty(pool, model)
          await project(pool, model, batches)
          deepStrictEqual(await dump(pool, model), expected, 'the tables are not those of the last states')

          await forgetOffsets(pool, model.schema)
          await project(pool, model, batches)
          deepStrictEqual(await dump(pool, model), expected, 'a replay from the beginning changed the tables')
        },
      ),
      { numRuns: runs },
    )
  } finally {
    await pool.end()
  }
}

async function empty(pool: pg.Pool, { schema, tables }: Model): Promise<void> {
  for (const table of [...tables, 'projection_offset', 'dead_letter'])
    await pool.query(`DELETE FROM ${qualified(schema, table)}`)
}

async function project(pool: pg.Pool, model: Model, batches: readonly DeliveredBatch[]): Promise<void> {
  const offsets = new Map<string, bigint>()
  for (const batch of batches) {
    const from = offsets.get(partitionName(batch)) ?? 0n
    const to = (batch.records.at(-1)?.offset ?? -1n) + 1n
    if (from === 0n) await beginOffset(pool, model.schema, batch, { nextOffset: from, clusterId: 'none' })
    const applied = await applyBatch(pool, fedBy(model, batch.topic, ''), batch, { from, to })
    if (applied.status !== 'applied') throw new Error(`${partitionName(batch)} was fenced at ${from}`)
    const [poison] = applied.poison
    if (poison) throw new Error(`a record of ${partitionName(batch)} could not be projected: ${poison.error}`)
    offsets.set(partitionName(batch), to)
  }
}

/** Every row of every table. Stubs without any count are left out: they mean the same as a missing row. */
async function dump(pool: pg.Pool, { schema, tables, projections }: Model): Promise<Record<string, unknown[]>> {
  const counts = projections.flatMap((projection) => projection.counts ?? [])
  const rowsOf = async (table: string) => {
    const columns = counts.filter((count) => count.table === table).map(({ column }) => column)
    const { rows } = await pool.query(`SELECT * FROM ${qualified(schema, table)} ORDER BY id`)
    return rows.filter((row) => row.version > 0 || columns.some((column) => row[column] !== 0))
  }
  return Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await rowsOf(table)] as const)))
}
