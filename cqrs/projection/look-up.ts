import type pg from 'pg'
import type { Batch } from '../broker/broker.ts'
import type { ListedTopic } from '../broker/topics.ts'
import type { Log } from '../process/log.ts'
import { type ExtraRows, heldIds } from './apply.ts'
import { fold } from './fold.ts'
import type { Projection, Row } from './projection.ts'
import type { Versioned } from './sql.ts'

/**
 * The synchronous call: asks a service for aggregates that rows of a topic refer to and that no event has brought
 * yet. A convenience: when it fails, the batch goes on without, and the other topic brings them.
 */
export type LookUp = {
  /** The topic whose rows refer to others. */
  readonly topic: ListedTopic
  /** The id that a row refers to. */
  reference(row: Row): string | null
  /** The table that holds what is referred to. */
  readonly table: string
  /** Asks for these ids; answers those that were found, with the versions that their rows have. */
  load(ids: readonly string[]): Promise<readonly Versioned[]>
}

/** Asks for what a batch refers to and the table does not hold. Outside any transaction; never throws. */
export async function findExtraRows(
  pool: pg.Pool,
  schema: string,
  lookUp: LookUp,
  projections: readonly Projection[],
  batch: Batch,
  log: Log,
): Promise<ExtraRows | undefined> {
  if (!projections.some(({ topic }) => topic.name === lookUp.topic.name)) return undefined
  const rows = fold(batch.records, projections).folded.flatMap((folded) => folded.rows)
  const ids = [...new Set(rows.map(lookUp.reference).filter((id) => id !== null))]
  if (ids.length === 0) return undefined
  try {
    const held = await heldIds(pool, schema, lookUp.table, ids)
    const unknown = ids.filter((id) => !held.has(id))
    if (unknown.length === 0) return undefined
    return { table: lookUp.table, rows: await lookUp.load(unknown) }
  } catch (error) {
    log.info({ err: error, table: lookUp.table }, 'look-up failed; the log will bring it')
    return undefined
  }
}
