import { createHmac } from 'node:crypto'
import type { Sql } from '#toolkit/database/client.ts'
import { forget } from '#toolkit/database/forget.ts'

/**
 * The result of claiming an idempotency key. The claim is the first statement of the command's transaction: of two
 * concurrent equal requests, the second waits there for the first and then returns the same answer. If the key were
 * only checked first and claimed later, the second would fail on a unique index.
 */
export type Claim =
  | { readonly status: 'claimed' }
  /** The key was used before; `equal` says whether with the same input. */
  | { readonly status: 'used'; readonly equal: boolean; readonly answered: Answered }

/** A command's stored answer: the aggregate's encoded state at that time, or null when it has been erased since. */
export type Answered = { readonly aggregateId: string; readonly version: number; readonly value: Uint8Array | null }

/** How long keys are kept, in hours. */
const KEPT_HOURS = 24

/**
 * A keyed digest of the input, so that the stored value does not reveal the input.
 * @param without names of fields to leave out
 */
export const digestOf = (secret: string, input: object, without: readonly string[] = []): Buffer =>
  createHmac('sha256', secret)
    .update(
      JSON.stringify(input, (field, value) =>
        field === 'idempotencyKey' || without.includes(field) ? undefined : value,
      ),
    )
    .digest()

/** A committed claim without an outcome counts as unused: its command wrote nothing. */
export async function claim(sql: Sql, schema: string, scope: string, key: string, digest: Buffer): Promise<Claim> {
  const claimed = await sql.$executeRawUnsafe(
    `INSERT INTO "${schema}".idempotency_key AS k (scope, key, digest) VALUES ($1, $2, $3)
     ON CONFLICT (scope, key) DO UPDATE SET
       digest = excluded.digest, "aggregateId" = NULL, version = NULL, value = NULL, "createdAt" = now()
     WHERE k."createdAt" < now() - interval '${KEPT_HOURS} hours' OR k."aggregateId" IS NULL`,
    scope,
    key,
    digest,
  )
  if (claimed === 1) return { status: 'claimed' }
  const [used] = await sql.$queryRawUnsafe<(Answered & { equal: boolean })[]>(
    `SELECT digest = $3 AS equal, "aggregateId", version, value FROM "${schema}".idempotency_key WHERE scope = $1 AND key = $2`,
    scope,
    key,
    digest,
  )
  if (!used) throw new Error(`idempotency key of ${scope} vanished while it was read`)
  const { equal, ...answered } = used
  return { status: 'used', equal, answered }
}

/** Deletes expired keys. @returns how many */
export const forgetExpiredKeys = (client: Parameters<typeof forget>[0], schema: string): Promise<number> =>
  forget(client, `"${schema}".idempotency_key`, `"createdAt" < now() - interval '${KEPT_HOURS} hours'`, '"createdAt"')

/** Erases the stored answers about an erased aggregate: a repeated command then returns its current state. */
export const forgetAnswers = async (sql: Sql, schema: string, aggregateId: string): Promise<void> =>
  void (await sql.$executeRawUnsafe(
    `UPDATE "${schema}".idempotency_key SET value = NULL WHERE "aggregateId" = $1::uuid AND value IS NOT NULL`,
    aggregateId,
  ))

/** Deletes the keys of commands that were undone, so that a retry with the same key runs again. */
export const forgetKeys = async (
  sql: Sql,
  schema: string,
  undone: readonly { readonly id: string; readonly version: number }[],
): Promise<void> =>
  void (await sql.$executeRawUnsafe(
    `DELETE FROM "${schema}".idempotency_key AS k USING unnest($1::uuid[], $2::int[]) AS undone(id, version)
     WHERE k."aggregateId" = undone.id AND k.version = undone.version`,
    undone.map(({ id }) => id),
    undone.map(({ version }) => version),
  ))

/** Stores the command's answer under the key. Rejections are not stored: their transaction is rolled back. */
export const complete = async (
  sql: Sql,
  schema: string,
  scope: string,
  key: string,
  { aggregateId, version, value }: Answered,
): Promise<void> =>
  void (await sql.$executeRawUnsafe(
    `UPDATE "${schema}".idempotency_key SET "aggregateId" = $3::uuid, version = $4, value = $5
     WHERE scope = $1 AND key = $2`,
    scope,
    key,
    aggregateId,
    version,
    value,
  ))
