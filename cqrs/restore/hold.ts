import { setTimeout as sleep } from 'node:timers/promises'
import { relayLock } from '../outbox/leadership.ts'
import type { PartitionBounds } from './fold-log.ts'
import { RestoreInterrupted } from './interrupted.ts'
import type { Session } from './session.ts'

/** While `behind_log` has rows, commands are refused and the relay sends nothing. */
export type Hold = {
  /** Lets commands and the relay continue: the database is as new as the log, up to these ends. */
  end(clusterId: string, ends: readonly PartitionBounds[]): Promise<void>
  /** Removes the hold if this process set it, when nothing was changed. */
  takeBack(): Promise<void>
}

/** A running command ends within this time, in milliseconds. */
const COMMAND_ENDS_MS = 10_000

/** A leading relay queries PostgreSQL at least once in this time, or loses its lock. In milliseconds. */
const RELAY_LOOKS_MS = 40_000

/**
 * Suspends commands and the relay, unless the relay has already done so itself. Waits for running commands, which hold
 * a lock on `behind_log` because they have read it. Then waits for a running send: the relay reads the table before
 * each.
 * @param topic the topic in the inserted row
 */
export async function hold(session: Session, schema: string, topic: string): Promise<Hold> {
  let ours = false
  await session.query('BEGIN')
  try {
    await session.query(`SET LOCAL lock_timeout = '${COMMAND_ENDS_MS}ms'`)
    await session.query(`LOCK TABLE "${schema}".behind_log IN ACCESS EXCLUSIVE MODE`)
    const { rowCount } = await session.query(
      `INSERT INTO "${schema}".behind_log (topic, partition, records)
       SELECT $1, 0, 0 WHERE NOT EXISTS (SELECT FROM "${schema}".behind_log)`,
      [topic],
    )
    ours = rowCount === 1
    await session.query('COMMIT')
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined)
    throw error
  }
  const held: Hold = {
    end: (clusterId, ends) => end(session, schema, clusterId, ends),
    async takeBack() {
      if (ours) await session.query(`DELETE FROM "${schema}".behind_log`)
    },
  }
  try {
    await relayLooked(session, schema)
  } catch (error) {
    await held.takeBack().catch(() => {
      throw new RestoreInterrupted(error as Error)
    })
    throw error
  }
  return held
}

/**
 * Waits until no relay leads, or the leading one has sent a query: it sends none while it sends records.
 * @throws when it has not within 40 s
 */
async function relayLooked(session: Session, schema: string): Promise<void> {
  const { rows } = await session.query<{ since: string }>('SELECT clock_timestamp()::text AS since')
  for (const end = performance.now() + RELAY_LOOKS_MS; performance.now() < end; await sleep(100)) {
    const { rowCount } = await session.query(
      `SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
       WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database() AND (a.query_start IS NULL OR a.query_start <= $2::timestamptz)
         AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)`,
      [relayLock(schema), rows[0]?.since],
    )
    if (rowCount === 0) return
  }
  throw new Error(
    'the relay has been sending for 40 s, or this database user may not see what it does (pg_read_all_stats): nothing was ' +
      'changed. Stop the relay, and run this again',
  )
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
