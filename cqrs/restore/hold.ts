import type { PartitionBounds } from './fold-log.ts'
import type { Session } from './session.ts'

/** While `behind_log` has rows, commands are refused and the relay sends nothing. */
export type Hold = {
  /** Lets commands and the relay go on: the database is as new as the log, up to these ends. */
  end(clusterId: string, ends: readonly PartitionBounds[]): Promise<void>
  /** Takes the hold back if it was ours: nothing was changed. */
  takeBack(): Promise<void>
}

/** A command that is under way ends within this time, in milliseconds. */
const COMMAND_ENDS_MS = 10_000

/**
 * Holds commands and the relay, if the relay has not noticed and done so itself. Waits for commands that are under way:
 * each has read the table in its transaction.
 * @param topic stands in the row that is put there
 */
export async function hold(session: Session, schema: string, topic: string): Promise<Hold> {
  await session.query('BEGIN')
  try {
    await session.query(`SET LOCAL lock_timeout = '${COMMAND_ENDS_MS}ms'`)
    await session.query(`LOCK TABLE "${schema}".behind_log IN ACCESS EXCLUSIVE MODE`)
    const { rowCount } = await session.query(
      `INSERT INTO "${schema}".behind_log (topic, partition, records)
       SELECT $1, 0, 0 WHERE NOT EXISTS (SELECT FROM "${schema}".behind_log)`,
      [topic],
    )
    await session.query('COMMIT')
    return {
      end: (clusterId, ends) => end(session, schema, clusterId, ends),
      async takeBack() {
        if (rowCount === 1) await session.query(`DELETE FROM "${schema}".behind_log`)
      },
    }
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined)
    throw error
  }
}

async function end(
  session: Session,
  schema: string,
  clusterId: string,
  ends: readonly PartitionBounds[],
): Promise<void> {
  await session.query(
    `WITH ended AS (DELETE FROM "${schema}".behind_log)
     INSERT INTO "${schema}".relay_position AS p (topic, partition, "nextOffset", "clusterId")
     SELECT *, $4 FROM unnest($1::text[], $2::int[], $3::bigint[])
     ON CONFLICT (topic, partition) DO UPDATE
       SET "nextOffset" = excluded."nextOffset", "clusterId" = excluded."clusterId", "updatedAt" = now()`,
    [
      ends.map(({ topic }) => topic),
      ends.map(({ partition }) => partition),
      ends.map(({ next }) => String(next)),
      clusterId,
    ],
  )
}
