import type { Sql, WriteDatabase } from '#toolkit/database/client.ts'
import { forgetAnswers } from '../command/idempotency.ts'
import { appendAllAlthoughBehind } from '../outbox/outbox.ts'
import { PAGE, PAGE_TRANSACTION, republishedEvent } from '../outbox/republish.ts'
import { BEFORE_ALL, type Kind, type Session } from './session.ts'

/** Approximate maximum size of the values in one page, in bytes. */
const PAGE_BYTES = 8 * 1024 * 1024

/** A state of the log that cannot be written: its name belongs to a row for which the log has nothing newer. */
export type Conflict = { readonly id: string; readonly name: string; readonly heldBy: string }

export type Writing<Store, Transaction extends Sql> = {
  readonly session: Session
  readonly database: WriteDatabase<Transaction>
  readonly schema: string
  readonly store: (transaction: Transaction) => Store
}

/**
 * Frees the names of all rows that are about to be overwritten. Two may have swapped names in the log, and then no
 * order of writing would work.
 */
export async function freeNames<Store>(
  session: Session,
  schema: string,
  { number, aggregate }: Kind<Store>,
): Promise<void> {
  if (!aggregate.unique) return
  for (let after = BEFORE_ALL; ; ) {
    const { rows } = await session.query<{ last: string | null }>(
      `WITH page AS (SELECT id, was FROM overtaken WHERE kind = $1 AND id > $2 ORDER BY id LIMIT ${PAGE}),
            freed AS (
              UPDATE "${schema}"."${aggregate.table}" AS row SET "${aggregate.unique.column}" = NULL
              FROM page WHERE row.id = page.id AND row.version = page.was
            )
       SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last`,
      [number, after],
    )
    const last = rows[0]?.last
    if (!last) return
    after = last
  }
}

type Overtaken = {
  readonly id: string
  readonly was: number
  readonly version: number
  readonly lastVersion: number
  readonly value: Uint8Array
}

/**
 * Writes the log's states over older rows, one transaction per page, and drops the pending outbox events that they
 * supersede. Versions guard the rows, so it can be repeated after an interruption. A state that is the newest in the
 * log but not the last of its key is sent again: compaction would keep the older one.
 * @param dry finds the same conflicts but writes nothing
 * @param onWritten called with the number written so far
 */
export async function overwrite<Store, Transaction extends Sql>(
  { session, database, schema, store }: Writing<Store, Transaction>,
  { number, aggregate }: Kind<Store>,
  dry: boolean,
  giveUp: readonly string[],
  onWritten: (written: number) => void,
): Promise<{ readonly written: number; readonly sentAgain: number; readonly conflicts: readonly Conflict[] }> {
  const conflicts: Conflict[] = []
  let [written, sentAgain] = [0, 0]

  const conflictOf = async (transaction: Transaction, overtaken: Overtaken): Promise<Conflict | undefined> => {
    const state = aggregate.decode(overtaken.value, overtaken.was)
    const holder = await aggregate.unique?.holder(store(transaction), state)
    if (!holder || holder.id === state.id || (dry && (await givesWay(holder.id)))) return undefined
    return { id: state.id, name: holder.name, heldBy: holder.id }
  }
  const givesWay = async (id: string) =>
    giveUp.includes(id) ||
    (await session.query('SELECT FROM overtaken WHERE kind = $1 AND id = $2', [number, id])).rowCount !== 0

  async function save(transaction: Transaction, { id, was, version, value }: Overtaken): Promise<void> {
    const state = aggregate.decode(value, was)
    if (!(await aggregate.save(store(transaction), state, version)))
      throw new Error(`${aggregate.name} ${id} was changed meanwhile`)
    await aggregate.restored?.(store(transaction), id, state)
    if (aggregate.erased?.(state)) await forgetAnswers(transaction, schema, id)
  }

  for (let after = BEFORE_ALL; ; ) {
    const page = await overtakenAfter(session, number, after)
    const last = page.at(-1)
    if (!last) return { written, sentAgain, conflicts }
    const superseded = await supersededBy(session, number, page)
    const done = await database.$transaction(async (transaction) => {
      const refused: Conflict[] = []
      const saved: Overtaken[] = []
      for (const overtaken of page) {
        const conflict = await conflictOf(transaction, overtaken)
        if (conflict) refused.push(conflict)
        else {
          if (!dry) await save(transaction, overtaken)
          saved.push(overtaken)
        }
      }
      const notLast = saved.filter(({ version, lastVersion }) => lastVersion < version)
      if (!dry) {
        await drop(transaction, schema, superseded, saved)
        const events = notLast.map(({ value, version }) =>
          republishedEvent(aggregate, aggregate.decode(value, version)),
        )
        await appendAllAlthoughBehind(transaction, schema, events)
      }
      return { refused, saved: saved.length, notLast: notLast.length }
    }, PAGE_TRANSACTION)
    conflicts.push(...done.refused)
    written += done.saved
    sentAgain += done.notLast
    onWritten(written)
    after = last.id
  }
}

async function overtakenAfter(session: Session, kind: number, after: string): Promise<readonly Overtaken[]> {
  const { rows } = await session.query<Overtaken>({
    name: 'overtaken-after',
    text: `SELECT id, was, version, "lastVersion", value FROM (
             SELECT *, sum(octet_length(value)) OVER (ORDER BY id) - octet_length(value) AS before FROM (
               SELECT o.id, o.was, l.version, l."lastVersion", l.value FROM overtaken o JOIN log_state l USING (kind, id)
               WHERE o.kind = $1 AND o.id > $2 ORDER BY o.id LIMIT ${PAGE}
             ) AS first
           ) AS measured WHERE before < ${PAGE_BYTES} ORDER BY id`,
    values: [kind, after],
  })
  return rows
}

type Superseded = { readonly id: string; readonly outboxId: string; readonly parked: boolean }

/** Pending and parked events that these states of the log supersede. */
async function supersededBy(
  session: Session,
  kind: number,
  page: readonly Overtaken[],
): Promise<readonly Superseded[]> {
  const { rows } = await session.query<Superseded>(
    `SELECT p.id, p."outboxId", p.parked FROM pending_event p
       JOIN overtaken o USING (kind, id) JOIN log_state l USING (kind, id)
     WHERE p.kind = $1 AND p.id = ANY($2::uuid[]) AND (o.forked OR p.version <= l.version)`,
    [kind, page.map(({ id }) => id)],
  )
  return rows
}

async function drop(
  sql: Sql,
  schema: string,
  superseded: readonly Superseded[],
  saved: readonly Overtaken[],
): Promise<void> {
  const ids = new Set(saved.map(({ id }) => id))
  const over = superseded.filter(({ id }) => ids.has(id))
  for (const [table, rows] of [
    ['outbox', over.filter(({ parked }) => !parked)],
    ['outbox_parked', over.filter(({ parked }) => parked)],
  ] as const)
    if (rows.length > 0)
      await sql.$executeRawUnsafe(
        `DELETE FROM "${schema}".${table} WHERE id = ANY($1::bigint[])`,
        rows.map(({ outboxId }) => outboxId),
      )
}
