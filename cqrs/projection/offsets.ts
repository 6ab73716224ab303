import { type Queries, qualified } from './sql.ts'

/** How far a partition has been projected, in which cluster's log. */
export type StoredOffset = { readonly nextOffset: bigint; readonly clusterId: string }

export async function readOffset(
  client: Queries,
  schema: string,
  topic: string,
  partition: number,
): Promise<StoredOffset | undefined> {
  const { rows } = await client.query<{ nextOffset: string; clusterId: string }>(
    `SELECT "nextOffset", "clusterId" FROM ${qualified(schema, 'projection_offset')} WHERE topic = $1 AND partition = $2`,
    [topic, partition],
  )
  const [row] = rows
  return row && { nextOffset: BigInt(row.nextOffset), clusterId: row.clusterId }
}

/** Begins a partition at the start of its log, if nobody has. */
export const beginOffset = async (
  client: Queries,
  schema: string,
  topic: string,
  partition: number,
  clusterId: string,
) =>
  void (await client.query(
    `INSERT INTO ${qualified(schema, 'projection_offset')} (topic, partition, "nextOffset", "clusterId")
     VALUES ($1, $2, 0, $3) ON CONFLICT DO NOTHING`,
    [topic, partition, clusterId],
  ))

/** Moves the offset if it still is where we left it. @returns false when another projector has moved it */
export async function moveOffset(
  client: Queries,
  schema: string,
  at: { topic: string; partition: number; from: bigint; to: bigint },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE ${qualified(schema, 'projection_offset')} SET "nextOffset" = $4, "updatedAt" = now()
     WHERE topic = $1 AND partition = $2 AND "nextOffset" = $3`,
    [at.topic, at.partition, at.from, at.to],
  )
  return rowCount === 1
}

/**
 * Forgets how far topics were read: they are read from their beginning, under whatever cluster is there. Safe, since
 * rows that are newer stay. The remedy when a projector stops because the log is another one.
 * @param topic with its prefix; all topics when left out
 */
export const forgetOffsets = async (client: Queries, schema: string, topic?: string): Promise<number> =>
  (
    await client.query(`DELETE FROM ${qualified(schema, 'projection_offset')} WHERE $1::text IS NULL OR topic = $1`, [
      topic ?? null,
    ])
  ).rowCount ?? 0
