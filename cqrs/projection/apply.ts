import type pg from 'pg'
import type { Batch } from '../broker/broker.ts'
import { closeSuperseded, parkRecords } from './dead-letters.ts'
import { isPoison } from './faults.ts'
import { type Folded, fold, type Poison } from './fold.ts'
import { moveOffset } from './offsets.ts'
import type { Projection } from './projection.ts'
import { addCounts, countDifferences, lockRows, type Queries, qualified, upsertRows, type Versioned } from './sql.ts'

/** Rows that came from elsewhere than the batch, for one table. They go through the same guard. */
export type ExtraRows = { readonly table: string; readonly rows: readonly Versioned[] }

export type ApplyOptions = {
  readonly schema: string
  /** The projections of the batch's topic. */
  readonly projections: readonly Projection[]
  /** Every table, in the one order in which they are locked. */
  readonly tables: readonly string[]
}

export type Applied =
  /** Another projector has the partition: nothing was written. */
  | { readonly status: 'fenced' }
  | {
      readonly status: 'applied'
      /** Rows that were newer than the tables'. */
      readonly rows: number
      readonly poison: readonly Poison[]
      /** Keys whose last record is older than what the tables know: an old state was appended behind a newer one. */
      readonly backwards: readonly string[]
    }

/**
 * Projects one batch of one partition in one transaction: the offset moves from where this projector left it, rows
 * that are newer go in, counters follow, and what cannot be projected is parked. @throws what may pass
 */
export async function applyBatch(
  pool: pg.Pool,
  options: ApplyOptions,
  batch: Pick<Batch, 'topic' | 'partition' | 'records'>,
  offsets: { readonly from: bigint; readonly to: bigint },
  extra?: ExtraRows,
): Promise<Applied> {
  const { schema, projections } = options
  const { folded, poison } = fold(batch.records, projections)
  return transaction(pool, async (client, rollback) => {
    if (!(await moveOffset(client, schema, { ...batch, ...offsets }))) return rollback({ status: 'fenced' as const })
    const written = await writeOrFindPoison(client, options, folded, extra)
    const parked = [...poison, ...written.poison]
    if (parked.length > 0) await parkRecords(client, schema, batch, parked)
    if (written.keys.length > 0) await closeSuperseded(client, schema, batch.topic, written.keys)
    await client.query(`SELECT pg_notify($1, '')`, [`${schema}_projected`])
    return { status: 'applied' as const, rows: written.rows, poison: parked, backwards: written.backwards }
  })
}

type Written = {
  readonly rows: number
  readonly poison: readonly Poison[]
  readonly backwards: readonly string[]
  /** Keys that were written, or that the tables knew better. */
  readonly keys: readonly string[]
}

/** Writes all keys, or halves them under savepoints until those that PostgreSQL refuses are found. */
async function writeOrFindPoison(
  client: Queries,
  options: ApplyOptions,
  folded: readonly Folded[],
  extra?: ExtraRows,
): Promise<Written> {
  await client.query('SAVEPOINT keys')
  try {
    const written = await write(client, options, folded, extra)
    await client.query('RELEASE SAVEPOINT keys')
    return written
  } catch (error) {
    if (!isPoison(error)) throw error
    await client.query('ROLLBACK TO SAVEPOINT keys')
    // What came from elsewhere is a convenience: without it the batch has only its own rows to blame.
    if (extra) return writeOrFindPoison(client, options, folded)
    const [only] = folded
    if (folded.length === 1 && only) {
      const { key, record } = only
      return { rows: 0, backwards: [], keys: [], poison: [{ key, record, error: (error as Error).message }] }
    }
    const half = Math.ceil(folded.length / 2)
    const first = await writeOrFindPoison(client, options, folded.slice(0, half))
    const second = await writeOrFindPoison(client, options, folded.slice(half))
    return {
      rows: first.rows + second.rows,
      poison: [...first.poison, ...second.poison],
      backwards: [...first.backwards, ...second.backwards],
      keys: [...first.keys, ...second.keys],
    }
  }
}

async function write(
  client: Queries,
  { schema, projections, tables }: ApplyOptions,
  folded: readonly Folded[],
  extra: ExtraRows | undefined,
): Promise<Written> {
  const backwards = new Set(folded.filter(({ version, lastVersion }) => lastVersion < version).map(({ key }) => key))
  const counted: (() => Promise<void>)[] = []
  let rows = 0
  for (const table of tables) {
    const index = projections.findIndex((projection) => projection.table === table)
    const projection = projections[index]
    if (projection && folded.length > 0) {
      const there = await lockRows(
        client,
        schema,
        table,
        folded.map(({ key }) => key),
      )
      const newer: Versioned[] = []
      const changes: { before: Versioned['row'] | undefined; after: Versioned['row'] }[] = []
      for (const { key, version, lastVersion, rows: projected } of folded) {
        const old = there.get(key)
        const row = projected[index]
        if (old && lastVersion < old.version) backwards.add(key)
        if (!row || (old && old.version >= version)) continue
        newer.push({ row, version })
        changes.push({ before: old && old.version > 0 ? old.row : undefined, after: row })
      }
      await upsertRows(client, schema, table, newer)
      rows += newer.length
      for (const count of projection.counts ?? [])
        counted.push(() => addCounts(client, schema, count, countDifferences(count, changes)))
    }
    if (extra?.table === table) await upsertRows(client, schema, table, extra.rows)
  }
  for (const add of counted) await add()
  return { rows, poison: [], backwards: [...backwards], keys: folded.map(({ key }) => key) }
}

/** Runs `work` between BEGIN and COMMIT; whatever it throws, and what it hands to `rollback`, undoes it. */
export async function transaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, rollback: <Answer>(answer: Answer) => Promise<Answer>) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let open = true
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    const result = await work(client, async (answer) => {
      open = false
      await client.query('ROLLBACK')
      return answer
    })
    if (open) await client.query('COMMIT')
    return result
  } catch (error) {
    if (open)
      await client.query('ROLLBACK').catch((fault: Error) => {
        broken = fault
      })
    throw error
  } finally {
    client.release(broken)
  }
}

/** The ids of these that a table holds with a version of their own; stubs count as not held. */
export async function heldIds(
  pool: pg.Pool,
  schema: string,
  table: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM ${qualified(schema, table)} WHERE id = ANY($1::uuid[]) AND version > 0`,
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Writes one key again, in the caller's transaction. @returns why it is refused, or undefined */
export async function writeRetried(
  client: Queries,
  options: ApplyOptions,
  folded: readonly Folded[],
): Promise<string | undefined> {
  return (await writeOrFindPoison(client, options, folded)).poison[0]?.error
}
