import type pg from 'pg'
import type { Batch } from '../broker/broker.ts'
import type { ListedTopic } from '../broker/topics.ts'
import type { Log } from '../process/log.ts'
import { fold } from './fold.ts'
import type { Model } from './model.ts'
import type { Row, VersionedRow } from './projection.ts'
import { heldIds } from './upsert.ts'
import type { ExtraRows } from './write-rows.ts'

/**
 * The synchronous call: asks a service for aggregates that rows of a topic refer to and that no event has brought
 * yet. A convenience: when it fails the batch goes on without, and the other topic brings them.
 */
export type LookUp = {
  /** The topic whose rows refer to others. */
  readonly topic: ListedTopic
  /** The id that a row refers to. */
  reference(row: Row): string | null
  /** The table that holds what is referred to. Nothing may be counted from it. */
  readonly table: string
  /**
   * Asks for these ids; answers those that were found, as rows with the columns of the table's own projection and the
   * versions that they are the state of. Must end in bounded time: the batch waits for it.
   */
  load(ids: readonly string[], stopping: AbortSignal): Promise<readonly VersionedRow[]>
}

/** Asks for what a batch refers to and the table does not hold. Outside any transaction; never throws. */
export async function findExtraRows(
  { topic, reference, table, load }: LookUp,
  options: { readonly pool: pg.Pool; readonly model: Model; readonly log: Log; readonly stopping: AbortSignal },
  batch: Pick<Batch, 'records'>,
): Promise<ExtraRows | undefined> {
  const { pool, model, log, stopping } = options
  if (!model.projections.some((projection) => projection.topic.name === topic.name)) return undefined
  const rows = fold(batch.records, model.projections).folded.flatMap((folded) => folded.rows)
  const ids = [...new Set(rows.map(reference).filter((id) => id !== null))]
  if (ids.length === 0) return undefined
  try {
    const held = await heldIds(pool, model.schema, table, ids)
    const unknown = ids.filter((id) => !held.has(id))
    if (unknown.length === 0) return undefined
    return { table, rows: await load(unknown, stopping) }
  } catch (error) {
    log.info({ err: error, table }, 'look-up failed; the log will bring what is missing')
    return undefined
  }
}
