import { type Queries, qualified } from '#toolkit/database/sql.ts'
import { partitionName, type TopicPartition } from '../broker/broker.ts'

/** How far a partition has been projected, and the cluster of its log. */
export type StoredOffset = { readonly nextOffset: bigint; readonly clusterId: string }

const offsets = (schema: string) => qualified(schema, 'projection_offset')

/** The stored offsets of the partitions that were read before, by partition name. */
export async function readOffsets(
  client: Queries,
  schema: string,
  partitions: readonly TopicPartition[],
): Promise<ReadonlyMap<string, StoredOffset>> {
  const { rows } = await client.query<TopicPartition & { nextOffset: string; clusterId: string }>(
    `SELECT topic, partition, "nextOffset", "clusterId" FROM ${offsets(schema)}
     JOIN unnest($1::text[], $2::int[]) AS asked(topic, partition) USING (topic, partition)`,
    [partitions.map(({ topic }) => topic), partitions.map(({ partition }) => partition)],
  )
  return new Map(
    rows.map((row) => [partitionName(row), { nextOffset: BigInt(row.nextOffset), clusterId: row.clusterId }]),
  )
}

/** Stores a partition's first offset, unless it has one. */
export async function beginOffset(
  client: Queries,
  schema: string,
  { topic, partition }: TopicPartition,
  { nextOffset, clusterId }: StoredOffset,
): Promise<void> {
  await client.query(
    `INSERT INTO ${offsets(schema)} (topic, partition, "nextOffset", "clusterId")
     VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
    [topic, partition, nextOffset, clusterId],
  )
}

/**
 * The fence: moves the offset if it still has the value that this projector last read or wrote. The row lock blocks
 * any other writer of the partition until the transaction ends.
 * @returns undefined when another projector has moved it, else whether the partition has open dead letters
 */
export async function moveOffset(
  client: Queries,
  schema: string,
  { topic, partition }: TopicPartition,
  { from, to }: { readonly from: bigint; readonly to: bigint },
): Promise<{ readonly lettersOpen: boolean } | undefined> {
  const { rows } = await client.query<{ lettersOpen: boolean }>(
    `UPDATE ${offsets(schema)} SET "nextOffset" = $4, "updatedAt" = now()
     WHERE topic = $1 AND partition = $2 AND "nextOffset" = $3
     RETURNING EXISTS (
       SELECT FROM ${qualified(schema, 'dead_letter')} WHERE topic = $1 AND partition = $2 AND "closedAt" IS NULL
     ) AS "lettersOpen"`,
    [topic, partition, from, to],
  )
  return rows[0]
}

/** Blocks all other writers of a partition until the transaction ends. */
export const lockOffset = async (client: Queries, schema: string, { topic, partition }: TopicPartition) =>
  void (await client.query(`SELECT FROM ${offsets(schema)} WHERE topic = $1 AND partition = $2 FOR UPDATE`, [
    topic,
    partition,
  ]))

/**
 * Deletes the stored offsets of topics: after a restart, the role reads them from their beginning, in whatever cluster
 * is configured. Safe, since newer rows are kept. The remedy when a projector stopped because the log is not the one
 * that it had read.
 * @param topic with its prefix; all topics by default
 * @returns the number of partitions
 */
export async function forgetOffsets(client: Queries, schema: string, topic?: string): Promise<number> {
  const { rowCount } = await client.query(`DELETE FROM ${offsets(schema)} WHERE $1::text IS NULL OR topic = $1`, [
    topic ?? null,
  ])
  return rowCount ?? 0
}
