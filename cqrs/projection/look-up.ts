import type pg from 'pg'
import type { Log } from '#toolkit/process/log.ts'
import type { Batch } from '../broker/broker.ts'
import type { ListedTopic } from '../broker/topics.ts'
import { fold } from './fold.ts'
import type { Model } from './model.ts'
import type { Row, VersionedRow } from './projection.ts'
import { heldIds } from './upsert.ts'
import type { ExtraRows } from './write-rows.ts'

/**
 * A synchronous call to a service for aggregates that rows of a topic refer to and that no event has brought yet. It is
 * optional: if it fails, the batch continues without it, and the other topic brings them later.
 */
export type LookUp = {
  /** The topic whose rows refer to others. */
  readonly topic: ListedTopic
  /** The id that a row refers to. */
  reference(row: Row): string | null
  /** The table of the referenced aggregates. No counter may be based on it. */
  readonly table: string
  /**
   * Returns the aggregates found, as rows with the columns of the table's own projection, and their versions. Must end
   * in bounded time, since the batch waits for it.
   */
  load(ids: readonly string[], stopping: AbortSignal): Promise<readonly VersionedRow[]>
}

/** Fetches the rows that a batch refers to and the table lacks. Outside any transaction; never throws. */
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
