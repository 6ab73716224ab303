import type { Sql } from '#toolkit/database/client.ts'
import { appendAllAlthoughBehind } from '../outbox/outbox.ts'
import { PAGE, PAGE_TRANSACTION, republishedEvent } from '../outbox/republish.ts'
import type { Writing } from './overwrite.ts'
import { BEFORE_ALL, type Kind, type Session } from './session.ts'

/** The number of rows that one statement compares. */
const COMPARED_AT_ONCE = 5_000

/** The amount by which a version is raised: more versions than a topic can have lost of one key. */
const LIFT = 1_000_000

/**
 * Sends rows that the log lacks: those newer than its last state and without a pending event. If a partition lost its
 * end, consumers have seen versions that this database may assign again, and they would drop those events. In such a
 * partition every version is raised above all that consumers have seen.
 * @param lostEnd whether the partition of this key lost its end
 * @param dry writes nothing
 * @param onCompared called with the number of rows so far
 */
export async function sendAgain<Store, Transaction extends Sql>(
  writing: Writing<Store, Transaction>,
  kind: Kind<Store>,
  lostEnd: ((id: string) => boolean) | undefined,
  dry: boolean,
  onCompared: (rows: number) => void,
): Promise<{ readonly sentAgain: number; readonly lifted: number }> {
  let [compared, sentAgain, lifted] = [0, 0, 0]
  for (let after = BEFORE_ALL; ; ) {
    const page = await compare(writing.session, writing.schema, kind, after)
    const last = page.at(-1)
    if (!last) return { sentAgain, lifted }
    const [toLift, toSend] = [[], []] as [string[], string[]]
    for (const { id, missing } of page)
      if (lostEnd?.(id)) toLift.push(id)
      else if (missing) toSend.push(id)
    if (!dry) {
      for (const ids of chunks(toLift)) await send(writing, kind, ids, LIFT)
      for (const ids of chunks(toSend)) await send(writing, kind, ids, 0)
    }
    lifted += toLift.length
    sentAgain += toSend.length
    compared += page.length
    onCompared(compared)
    after = last.id
  }
}

/** A page of rows, and whether the log lacks their states. Skips overtaken rows: the log has newer states of them. */
async function compare<Store>(
  session: Session,
  schema: string,
  { number, aggregate }: Kind<Store>,
  after: string,
): Promise<readonly { readonly id: string; readonly missing: boolean }[]> {
  const { rows } = await session.query<{ id: string; missing: boolean }>({
    name: `compare-${number}`,
    text: `SELECT row.id, (l.version IS NULL OR l.version < row.version OR l."lastVersion" < l.version)
             AND NOT EXISTS (SELECT FROM overtaken o WHERE o.kind = $1 AND o.id = row.id)
             AND NOT EXISTS (SELECT FROM pending_event p WHERE p.kind = $1 AND p.id = row.id AND p.version = row.version)
             AS missing
           FROM (SELECT id, version FROM "${schema}"."${aggregate.table}" WHERE id > $2 ORDER BY id LIMIT ${COMPARED_AT_ONCE}) row
           LEFT JOIN log_state l ON l.kind = $1 AND l.id = row.id ORDER BY row.id`,
    values: [number, after],
  })
  return rows
}

/** Sends under each row's lock, so that no command's event can come in between. */
const send = <Store, Transaction extends Sql>(
  { database, schema, store }: Writing<Store, Transaction>,
  { aggregate }: Kind<Store>,
  ids: readonly string[],
  lift: number,
): Promise<void> =>
  database.$transaction(async (transaction) => {
    const table = `"${schema}"."${aggregate.table}"`
    await transaction.$queryRawUnsafe(`SELECT id FROM ${table} WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`, ids)
    if (lift > 0)
      await transaction.$executeRawUnsafe(
        `UPDATE ${table} SET version = version + ${lift} WHERE id = ANY($1::uuid[])`,
        ids,
      )
    const states = await aggregate.findMany(store(transaction), ids)
    const events = states.map((state) => republishedEvent(aggregate, state))
    await appendAllAlthoughBehind(transaction, schema, events)
  }, PAGE_TRANSACTION)

function* chunks(ids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < ids.length; at += PAGE) yield ids.slice(at, at + PAGE)
}
