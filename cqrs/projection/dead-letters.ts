import { forget } from '#toolkit/database/forget.ts'
import { type Queries, qualified, storable } from '#toolkit/database/sql.ts'
import type { IncomingRecord, TopicPartition } from '../broker/broker.ts'
import type { Folded, Poison } from './fold.ts'

/** A record that could not be projected. Open until `closedAt`. */
export type DeadLetter = {
  readonly id: string
  readonly topic: string
  readonly partition: number
  readonly offset: string
  /** As text: shortened, with characters replaced that PostgreSQL cannot store. */
  readonly key: string
  /** Empty once it is closed. */
  readonly headers: Readonly<Record<string, string>>
  /** Null once it is closed, or when the record had no value. */
  readonly value: Uint8Array | null
  readonly error: string
  readonly createdAt: Date
  readonly closedAt: Date | null
  /** How it was closed: `superseded` by a later event of the key, `retried` or `discarded`. */
  readonly closedBy: 'superseded' | 'retried' | 'discarded' | null
}

/** How long closed entries are kept, in days. */
const KEPT_DAYS = 30

/** Maximum lengths of stored keys and errors, in UTF-16 units: longer ones exceed an index entry, or a screen. */
const KEY_LENGTH = 200
const ERROR_LENGTH = 2_000

/** SQL for the SET list of an UPDATE: a closed entry keeps no user content. */
const withoutPayload = `value = NULL, headers = '{}'`

const letters = (schema: string) => qualified(schema, 'dead_letter')

/**
 * Parks records, in the transaction that steps over them. A record that is read again is reopened, unless it was
 * discarded. Its key and the digest of its value identify it: a recreated topic has another record at the same offset,
 * which is parked in place of the old one.
 */
export async function parkRecords(
  client: Queries,
  schema: string,
  { topic, partition }: TopicPartition,
  poison: readonly Poison[],
): Promise<void> {
  for (const { record, error } of poison)
    await client.query(
      `INSERT INTO ${letters(schema)} (topic, partition, "offset", key, headers, value, error)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (topic, partition, "offset") DO UPDATE SET
         key = excluded.key, headers = excluded.headers, value = excluded.value, error = excluded.error,
         digest = NULL, "closedAt" = NULL, "closedBy" = NULL
       WHERE dead_letter."closedBy" IS DISTINCT FROM 'discarded'
         OR (dead_letter.key, dead_letter.digest) IS DISTINCT FROM (excluded.key, sha256(excluded.value))`,
      [
        topic,
        partition,
        record.offset,
        readableKey(record),
        JSON.stringify(Object.fromEntries(Object.entries(record.headers).map((header) => header.map(storable)))),
        record.value,
        storable(error).slice(0, ERROR_LENGTH).toWellFormed(),
      ],
    )
}

/** A record's key in a form that PostgreSQL can store and a person can read. */
export const readableKey = ({ key }: IncomingRecord): string =>
  storable(Buffer.from(key ?? []).toString('utf8'))
    .slice(0, KEY_LENGTH)
    .toWellFormed()

/**
 * Closes open entries of keys for which the same or a newer state was applied. If an entry's version cannot be read, a
 * record with a higher offset closes it.
 */
export async function closeSuperseded(
  client: Queries,
  schema: string,
  { topic, partition }: TopicPartition,
  applied: readonly Folded[],
): Promise<void> {
  if (applied.length === 0) return
  await client.query(
    `UPDATE ${letters(schema)} AS letter SET "closedAt" = now(), "closedBy" = 'superseded', ${withoutPayload}
     FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS applied(key, version, "offset")
     WHERE letter."closedAt" IS NULL AND letter.topic = $1 AND letter.partition = $2 AND letter.key = applied.key
       AND CASE WHEN letter.headers ->> 'ce_sequence' ~ '^[1-9][0-9]{0,9}$'
         THEN (letter.headers ->> 'ce_sequence')::bigint <= applied.version
         ELSE letter."offset" < applied."offset" END`,
    [
      topic,
      partition,
      applied.map(({ key }) => key),
      applied.map(({ version }) => version),
      applied.map(({ record }) => record.offset),
    ],
  )
}

/** Lists the oldest thousand, open ones first, and closed ones only on request. Without their values. */
export async function listDeadLetters(
  client: Queries,
  schema: string,
  options: { readonly closedToo?: boolean } = {},
): Promise<readonly Omit<DeadLetter, 'value'>[]> {
  const { rows } = await client.query<Omit<DeadLetter, 'value'>>(
    `SELECT id, topic, partition, "offset", key, headers, error, "createdAt", "closedAt", "closedBy"
     FROM ${letters(schema)} WHERE $1 OR "closedAt" IS NULL
     ORDER BY "closedAt" IS NOT NULL, id LIMIT 1000`,
    [options.closedToo ?? false],
  )
  return rows
}

export async function countOpenLetters(client: Queries, schema: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${letters(schema)} WHERE "closedAt" IS NULL`,
  )
  return rows[0]?.count ?? 0
}

/** Deletes expired closed entries. Discarded ones are kept, so that they stay discarded when read again. */
export const forgetClosedLetters = (client: Queries, schema: string): Promise<number> =>
  forget(
    client,
    letters(schema),
    `"closedAt" < now() - interval '${KEPT_DAYS} days' AND "closedBy" <> 'discarded'`,
    '"closedAt"',
  )

export async function findDeadLetter(client: Queries, schema: string, id: string): Promise<DeadLetter | undefined> {
  const { rows } = await client.query<DeadLetter>(`SELECT * FROM ${letters(schema)} WHERE id = $1`, [id])
  return rows[0]
}

/** Closes an entry and deletes its payload. @returns false when no entry with this id is open */
export async function closeDeadLetter(
  client: Queries,
  schema: string,
  id: string,
  closedBy: Exclude<DeadLetter['closedBy'], null>,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE ${letters(schema)} SET "closedAt" = now(), "closedBy" = $2, ${withoutPayload},
       digest = CASE WHEN $2 = 'discarded' THEN sha256(value) END
     WHERE id = $1 AND "closedAt" IS NULL`,
    [id, closedBy],
  )
  return rowCount === 1
}

/** Closes an entry without projecting it. @returns false when no entry with this id is open */
export const discardDeadLetter = (client: Queries, schema: string, id: string): Promise<boolean> =>
  closeDeadLetter(client, schema, id, 'discarded')
