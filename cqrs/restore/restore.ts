import type { Sql } from '#toolkit/database/client.ts'
import { type Broker, partitionName } from '../broker/broker.ts'
import { forgetKeys } from '../command/idempotency.ts'
import { forgetOffsets } from '../projection/offsets.ts'
import { foldLog, snapshot } from './fold-log.ts'
import { giveUpRows } from './give-up.ts'
import { type Hold, hold } from './hold.ts'
import { RestoreInterrupted } from './interrupted.ts'
import { findLostEnds, inLostEnd, type LostEnd, type Reader } from './lost-ends.ts'
import { type Dropped, droppedEvents, findOvertaken } from './overtaken.ts'
import { type Conflict, freeNames, overwrite, type Writing } from './overwrite.ts'
import { copyPending } from './pending.ts'
import { sendAgain } from './send-again.ts'
import { createTables, type Kind, type Session } from './session.ts'

export type RestoreOptions = {
  /** A connected, direct session on the write database. */
  readonly session: Session
  readonly broker: Broker
  /** The prefix of every topic; empty in production. */
  readonly topicPrefix: string
  readonly readers: readonly Reader[]
  /** Ids of rows to give up when the log has another history for them, or needs a name that they hold. */
  readonly giveUp: readonly string[]
  /** Continues after an unreadable part of the log. States found only there count as not in the log. */
  readonly leaveOutUnreadable: boolean
  /** Reports the same but writes nothing. */
  readonly dry: boolean
  /** @param total an estimate */
  readonly onProgress: (doing: string, done: number, total: number) => void
}

/** What was done, or with `dry` would be done. */
export type Restored = {
  /** Foreign records in the log. */
  readonly skipped: number
  /** States of the log that were newer than their rows. */
  readonly written: number
  /** Events of commands that were accepted after the restore and were dropped in favour of the log. */
  readonly dropped: readonly Dropped[]
  /** Rows that were missing in the log and were sent again. */
  readonly sentAgain: number
  /** Rows whose versions were raised and that were sent again. */
  readonly lifted: number
  readonly lostEnds: readonly LostEnd[]
  /** States that could not be written. If there are any, the database is still behind, and commands stay refused. */
  readonly conflicts: readonly Conflict[]
}

/** Another process is already rolling this database forward. */
export class RestoreRuns extends Error {
  override name = 'RestoreRuns'
}

/**
 * Rolls a write database that was restored from a backup forward from the log. Events carry whole states, so the log
 * still has what the database lost. Commands are refused meanwhile. Safe to interrupt and to run again.
 * @throws RestoreRuns, OtherCluster, UnreadableLog: nothing was changed. RestoreInterrupted: run it again
 */
export async function restore<Store, Transaction extends Sql>(
  writing: Omit<Writing<Store, Transaction>, 'session'> & {
    readonly aggregates: readonly Kind<Store>['aggregate'][]
    readonly onCommit: () => void
  },
  options: RestoreOptions,
): Promise<Restored> {
  const { session, broker, dry } = options
  const { schema } = writing
  const kinds = writing.aggregates.map((aggregate, number) => ({
    number,
    aggregate,
    topic: options.topicPrefix + aggregate.topic.name,
  }))
  await lock(session, schema)
  const clusterId = await broker.clusterId()
  await findLostEnds(session, schema, clusterId, [], [])
  const held = dry ? undefined : await hold(session, schema, kinds[0]?.topic ?? '')
  let known: Awaited<ReturnType<typeof readLog>>
  try {
    known = await readLog(schema, kinds, clusterId, options)
  } catch (error) {
    await held?.takeBack().catch(() => {
      throw new RestoreInterrupted(error as Error)
    })
    throw error
  }
  try {
    return await rollForward({ ...writing, session }, kinds, known, held, options)
  } catch (cause) {
    throw dry ? cause : new RestoreInterrupted(cause as Error)
  } finally {
    writing.onCommit()
  }
}

/** Ensures that only one restore runs. The lock ends with the session. */
async function lock(session: Session, schema: string): Promise<void> {
  const { rows } = await session.query<{ locked: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
    [`inkstream.restored.${schema}`],
  )
  if (!rows[0]?.locked) throw new RestoreRuns('this database is being rolled forward already, by somebody else')
}

/** The read-only part: it does not change the database. */
async function readLog<Store>(
  schema: string,
  kinds: readonly Kind<Store>[],
  clusterId: string,
  { session, broker, readers, giveUp, leaveOutUnreadable, onProgress }: RestoreOptions,
) {
  await createTables(session)
  const topics = kinds.map(({ topic }) => topic)
  const bounds = await snapshot(broker, topics)
  const beyond = await findLostEnds(session, schema, clusterId, bounds, readers)
  // Positions recorded after the snapshot may be beyond it. Ends only grow, so compare those with a later snapshot.
  const now = beyond.length > 0 ? await snapshot(broker, topics) : []
  const lostEnds = beyond.filter((end) =>
    now.some((at) => partitionName(at) === partitionName(end) && end.was > at.next),
  )
  const skipped = await foldLog(session, broker, kinds, bounds, leaveOutUnreadable, (done, total) =>
    onProgress('records read', done, total),
  )
  await copyPending(session, schema, kinds)
  let overtaken = 0
  for (const kind of kinds) overtaken += await findOvertaken(session, schema, kind, giveUp)
  return { clusterId, bounds, lostEnds, skipped, overtaken }
}

async function rollForward<Store, Transaction extends Sql>(
  writing: Writing<Store, Transaction>,
  kinds: readonly Kind<Store>[],
  known: Awaited<ReturnType<typeof readLog>>,
  held: Hold | undefined,
  { session, dry, giveUp, readers, onProgress }: RestoreOptions,
): Promise<Restored> {
  const { schema } = writing
  const { bounds, lostEnds } = known
  const dropped: Dropped[] = []
  const conflicts: Conflict[] = []
  let [written, sentAgain, lifted, compared] = [0, 0, 0, 0]
  for (const kind of kinds) {
    const undone = await droppedEvents(session, kind)
    dropped.push(...(await giveUpRows(writing, kind, giveUp, dry)), ...undone)
    // Before their rows are written, so that a run after an interruption finds them again.
    if (!dry) await forgetKeys(writing.database, schema, undone)
    if (!dry) await freeNames(session, schema, kind)
    const before = written
    const done = await overwrite(writing, kind, dry, giveUp, (some) =>
      onProgress('states written', before + some, known.overtaken),
    )
    written += done.written
    sentAgain += done.sentAgain
    conflicts.push(...done.conflicts)
  }
  const result = { skipped: known.skipped, written, dropped, lostEnds, conflicts }
  if (conflicts.length > 0) return { ...result, sentAgain, lifted }

  const rows = await about(session, schema, kinds)
  for (const kind of kinds) {
    const partitions = bounds.filter(({ topic }) => topic === kind.topic).length
    const before = compared
    const done = await sendAgain(writing, kind, inLostEnd(lostEnds, kind.topic, partitions), dry, (some) => {
      compared = before + some
      onProgress('rows compared', compared, rows)
    })
    sentAgain += done.sentAgain
    lifted += done.lifted
  }
  onProgress('rows compared', compared, compared)
  if (held) {
    await forgetBeyond(readers, lostEnds)
    await held.end(known.clusterId, bounds)
  }
  return { ...result, sentAgain, lifted }
}

/** PostgreSQL's estimate of the number of rows in the tables. */
async function about<Store>(session: Session, schema: string, kinds: readonly Kind<Store>[]): Promise<number> {
  const { rows } = await session.query<{ rows: string }>(
    `SELECT sum(greatest(reltuples, 0)) AS rows FROM pg_class WHERE oid = ANY($1::regclass[])`,
    [kinds.map(({ aggregate }) => `"${schema}"."${aggregate.table}"`)],
  )
  return Number(rows[0]?.rows ?? 0)
}

/** Makes readers that had read beyond the end start again. Everything they need is sent again; newer rows are kept. */
async function forgetBeyond(readers: readonly Reader[], lostEnds: readonly LostEnd[]): Promise<void> {
  for (const { name, client, schema } of readers)
    for (const topic of new Set(lostEnds.filter(({ reader }) => reader === name).map((end) => end.topic)))
      await forgetOffsets(client, schema, topic)
}
