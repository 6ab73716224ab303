import type pg from 'pg'
import { sleep } from '#toolkit/process/backoff.ts'
import type { Log } from '#toolkit/process/log.ts'
import { countOpenLetters, forgetClosedLetters } from './dead-letters.ts'
import type { createFaults } from './faults.ts'
import type { createPositions } from './positions.ts'

/** How often PostgreSQL is probed, and how long it has to answer, in milliseconds. */
const PROBE_MS = 1_000
const PROBE_TIMEOUT_MS = 2_000
/** How often the ends of the log and the dead letters are checked, in milliseconds. */
const LOG_MS = 2_000
const LETTERS_MS = 5_000
/** How often the database is tidied, in milliseconds. */
const TIDY_MS = 3_600_000

/**
 * Periodically checks what an idle projector would not notice: whether PostgreSQL answers, whether the log is still the
 * same and how far it has grown, and how many dead letters are open.
 * @param options.attend notes work that fails or does not end, and acts on it
 */
export function startWatch(options: {
  readonly pool: pg.Pool
  readonly schema: string
  readonly positions: Pick<ReturnType<typeof createPositions>, 'verify'>
  readonly attend: ReturnType<typeof createFaults>['attend']
  readonly log: Log
  readonly onOpenLetters: (count: number) => void
  readonly stopping: AbortSignal
}): void {
  const { pool, schema, log, stopping } = options
  const attend = (what: string, work: () => Promise<void>) => options.attend(what, work).catch(() => undefined)
  let lettersAt = 0

  async function lookAtLetters(): Promise<void> {
    options.onOpenLetters(await countOpenLetters(pool, schema))
    lettersAt = performance.now() + LETTERS_MS
  }

  async function repeat(every: number, work: () => Promise<void>): Promise<void> {
    for (; !stopping.aborted; await sleep(every, stopping)) await work()
  }

  void repeat(PROBE_MS, () =>
    attend('PostgreSQL', async () => {
      const probe: pg.QueryConfig & { query_timeout: number } = { text: 'SELECT 1', query_timeout: PROBE_TIMEOUT_MS }
      await pool.query(probe)
      if (performance.now() >= lettersAt) await lookAtLetters()
    }),
  )
  // Separately, since it may take longer than the time limit of a probe.
  void repeat(TIDY_MS, () =>
    forgetClosedLetters(pool, schema).then(
      () => undefined,
      (error: unknown) => log.warn({ err: error }, 'closed dead letters were not taken away, trying again in an hour'),
    ),
  )
  void repeat(LOG_MS, () => attend('Kafka', () => options.positions.verify()))
}
