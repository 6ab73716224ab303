import type { Batch } from '../broker/broker.ts'
import type { Poison } from './fold.ts'
import { type Queries, qualified } from './sql.ts'

/** A record that could not be projected. Open until `closedAt`. */
export type DeadLetter = {
  readonly id: string
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: Uint8Array | null
  readonly error: string
  readonly createdAt: Date
  readonly closedAt: Date | null
  /** What closed it: `superseded` by a later event of the key, `retried`, `discarded`. */
  readonly closedBy: 'superseded' | 'retried' | 'discarded' | null
}

const table = (schema: string) => qualified(schema, 'dead_letter')

/** Parks records, in the transaction that steps over them. A record that stands parked is told its newest error. */
export async function parkRecords(
  client: Queries,
  schema: string,
  { topic, partition }: Pick<Batch, 'topic' | 'partition'>,
  poison: readonly Poison[],
): Promise<void> {
  for (const { record, key, error } of poison)
    await client.query(
      `INSERT INTO ${table(schema)} (topic, partition, "offset", key, headers, value, error)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (topic, partition, "offset") DO UPDATE SET error = excluded.error, "closedAt" = NULL, "closedBy" = NULL`,
      [
        topic,
        partition,
        record.offset,
        key,
        JSON.stringify(record.headers).replaceAll('\\u0000', '\\ufffd'),
        record.value,
        error.replaceAll('\0', '\ufffd'),
      ],
    )
}

/** Closes the open entries of keys whose later event was applied. */
export const closeSuperseded = async (client: Queries, schema: string, topic: string, keys: readonly string[]) =>
  void (await client.query(
    `UPDATE ${table(schema)} SET "closedAt" = now(), "closedBy" = 'superseded'
     WHERE "closedAt" IS NULL AND topic = $1 AND key = ANY($2)`,
    [topic, keys],
  ))

/** The open ones, oldest first; the closed ones too when asked. */
export async function listDeadLetters(
  client: Queries,
  schema: string,
  closedToo = false,
): Promise<readonly DeadLetter[]> {
  const { rows } = await client.query<DeadLetter>(
    `SELECT * FROM ${table(schema)} WHERE $1 OR "closedAt" IS NULL ORDER BY id LIMIT 1000`,
    [closedToo],
  )
  return rows
}

export async function findDeadLetter(client: Queries, schema: string, id: string): Promise<DeadLetter | undefined> {
  const { rows } = await client.query<DeadLetter>(`SELECT * FROM ${table(schema)} WHERE id = $1`, [id])
  return rows[0]
}

/** Closes an entry without projecting it. @returns false when none is open under this id */
export async function discardDeadLetter(client: Queries, schema: string, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE ${table(schema)} SET "closedAt" = now(), "closedBy" = 'discarded' WHERE id = $1 AND "closedAt" IS NULL`,
    [id],
  )
  return rowCount === 1
}

/** Closes an entry whose record was projected after all. */
export const closeRetried = async (client: Queries, schema: string, id: string) =>
  void (await client.query(`UPDATE ${table(schema)} SET "closedAt" = now(), "closedBy" = 'retried' WHERE id = $1`, [
    id,
  ]))
