import type pg from 'pg'
import type { Log } from '#toolkit/process/log.ts'
import { type Batch, partitionName } from '../broker/broker.ts'
import type { Applied } from './apply.ts'
import { readableKey } from './dead-letters.ts'
import type { ProjectorMetrics } from './metrics.ts'
import type { createPositions } from './positions.ts'
import { createRate } from './rate.ts'
import type { createRepair } from './repair.ts'

/** More dead letters than this within a minute stop the projector, since single records cannot be the cause. */
const LETTERS_PER_MINUTE = 100

/** Reports a committed batch to those who wait for rows, the metrics, the log and the topic's owner. */
export function createReport(options: {
  readonly pool: pg.Pool
  readonly schema: string
  readonly metrics: ProjectorMetrics
  readonly positions: Pick<ReturnType<typeof createPositions>, 'lag'>
  /** By topic. */
  readonly repairs: ReadonlyMap<string, ReturnType<typeof createRepair>>
  readonly log: Log
  readonly stopBecause: (reason: string) => void
}) {
  const { pool, schema, metrics, positions, repairs, log } = options
  const letters = createRate(60_000)

  return (batch: Batch, { written, poison, backwards, forwards }: Applied & { status: 'applied' }): void => {
    const partition = partitionName(batch)
    if (written.length > 0)
      // After the commit: a NOTIFY inside would make commits wait for each other. It only wakes; nobody relies on it.
      pool
        .query('SELECT pg_notify($1, $2)', [`${schema}_projected`, partition])
        .catch((error: unknown) => log.debug({ err: error }, 'could not notify'))

    metrics.batch(batch, { rows: written.length, deadLetters: poison.length })
    for (const { record } of written) metrics.delay(batch.topic, Date.parse(record.headers.ce_time ?? ''))

    for (const { record, error } of poison)
      log.error({ partition, offset: String(record.offset), key: readableKey(record), error }, 'record parked')
    if (letters.add(poison.length) > LETTERS_PER_MINUTE)
      options.stopBecause(
        `More than ${LETTERS_PER_MINUTE} records within a minute could not be projected: the fault is hardly in the ` +
          'records. See `npm run ops -- dead-letters list`, fix the cause, start this role again, then retry them.',
      )

    const repair = repairs.get(batch.topic)
    repair?.note(partition, { backwards, forwards })
    if (positions.lag(batch) === 0n) repair?.flush(partition)
  }
}
