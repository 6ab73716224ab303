import type pg from 'pg'
import { type Queries, transaction } from '#toolkit/database/sql.ts'
import type { Batch, IncomingRecord } from '../broker/broker.ts'
import { closeSuperseded, parkRecords } from './dead-letters.ts'
import { type Folded, fold, type Poison } from './fold.ts'
import type { Model } from './model.ts'
import { moveOffset } from './offsets.ts'
import { isPoison } from './poison.ts'
import { type ExtraRows, writeRows } from './write-rows.ts'

export type Applied =
  /** Another projector has taken over the partition: nothing was written. */
  | { readonly status: 'fenced' }
  | {
      readonly status: 'applied'
      /** The states whose rows were newer than those in the tables, or differed at the same version. */
      readonly written: readonly Folded[]
      /** The records that were parked. */
      readonly poison: readonly Poison[]
      /** Keys whose last record is older than the tables: an old state was appended after a newer one. */
      readonly backwards: readonly string[]
      /** Keys whose last record is at least as new as the tables. */
      readonly forwards: readonly string[]
    }

/** The outcome for the states of a batch. */
type Outcome = {
  readonly written: readonly Folded[]
  /** The states that the tables hold now, in this or a newer version. */
  readonly known: readonly Folded[]
  readonly poison: readonly Poison[]
  readonly backwards: readonly string[]
}

/**
 * Projects one batch of one partition in one transaction: moves the offset if it is where this projector left it,
 * writes newer and changed rows, updates counters, and parks records that can never be projected. If PostgreSQL refuses
 * the batch, it is repeated, bisecting the keys under savepoints until the faulty ones are found.
 * @param model the part of the model that the batch's topic feeds
 * @throws transient errors
 */
export async function applyBatch(
  pool: pg.Pool,
  model: Model,
  batch: Pick<Batch, 'topic' | 'partition' | 'records'>,
  offsets: { readonly from: bigint; readonly to: bigint },
  extra?: ExtraRows,
): Promise<Applied> {
  const attempt = (write: (client: Queries) => Promise<Outcome>) =>
    transaction(pool, async (client): Promise<Applied> => {
      const moved = await moveOffset(client, model.schema, batch, offsets)
      if (!moved) return { status: 'fenced' }
      const { written, known, poison, backwards } = await write(client)
      if (moved.lettersOpen) await closeSuperseded(client, model.schema, batch, known)
      await parkRecords(client, model.schema, batch, poison)
      const went = new Set(backwards)
      const forwards = known.map(({ key }) => key).filter((key) => !went.has(key))
      return { status: 'applied', written, poison, backwards, forwards }
    })
  try {
    return await attempt(async (client) => {
      const { folded, poison } = fold(batch.records, model.projections)
      return { ...(await writeRows(client, model, folded, extra)), known: folded, poison }
    })
  } catch (error) {
    if (!isPoison(error)) throw error
    // Looked-up rows are optional. Without them, only the batch's own records can be at fault.
    return await attempt((client) => writeWithCare(client, model, batch.records))
  }
}

/** Folds and writes. If a key's newest state is refused, the next older one in the batch replaces it. */
async function writeWithCare(client: Queries, model: Model, records: readonly IncomingRecord[]): Promise<Outcome> {
  const { folded, poison } = fold(records, model.projections)
  const outcome = await writeHalving(client, model, folded)
  const refused = new Set([...poison, ...outcome.poison].map(({ record }) => record))
  const refusedKeys = new Set(outcome.poison.map(({ record }) => String(record.key)))
  const older = records.filter((record) => refusedKeys.has(String(record.key)) && !refused.has(record))
  const first = { ...outcome, poison: [...poison, ...outcome.poison] }
  return older.length > 0 ? join(first, await writeWithCare(client, model, older)) : first
}

async function writeHalving(client: Queries, model: Model, folded: readonly Folded[]): Promise<Outcome> {
  await client.query('SAVEPOINT half')
  try {
    const outcome = await writeRows(client, model, folded)
    await client.query('RELEASE SAVEPOINT half')
    return { ...outcome, known: folded, poison: [] }
  } catch (error) {
    if (!isPoison(error)) throw error
    await client.query('ROLLBACK TO SAVEPOINT half')
    const [{ record } = {}] = folded
    if (folded.length === 1 && record)
      return { written: [], known: [], backwards: [], poison: [{ record, error: (error as Error).message }] }
    const middle = Math.ceil(folded.length / 2)
    return join(
      await writeHalving(client, model, folded.slice(0, middle)),
      await writeHalving(client, model, folded.slice(middle)),
    )
  }
}

const join = (a: Outcome, b: Outcome): Outcome => ({
  written: [...a.written, ...b.written],
  known: [...a.known, ...b.known],
  poison: [...a.poison, ...b.poison],
  backwards: [...a.backwards, ...b.backwards],
})
