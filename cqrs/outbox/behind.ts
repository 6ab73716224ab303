import type { Queries } from '#toolkit/database/sql.ts'

/** A partition of the service's own topics that holds states which the write database does not have. */
export type Ahead = {
  /** With its prefix. */
  readonly topic: string
  readonly partition: number
  /** The number of records from the first such record to the partition's end. */
  readonly records: bigint
}

/** The partitions that the write database is behind. While there are any, nothing is sent and commands are refused. */
export async function readBehindLog(client: Queries, schema: string): Promise<readonly Ahead[]> {
  const { rows } = await client.query<{ topic: string; partition: number; records: string }>(
    `SELECT topic, partition, records FROM "${schema}".behind_log ORDER BY topic, partition`,
  )
  return rows.map((row) => ({ ...row, records: BigInt(row.records) }))
}

export async function writeBehindLog(client: Queries, schema: string, ahead: readonly Ahead[]): Promise<void> {
  await client.query(
    `INSERT INTO "${schema}".behind_log (topic, partition, records)
     SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
     ON CONFLICT (topic, partition) DO UPDATE SET records = excluded.records`,
    [ahead.map(({ topic }) => topic), ahead.map(({ partition }) => partition), ahead.map(({ records }) => records)],
  )
}

/** A message for operators: what is wrong and what to do. */
export function behindReason(service: string, ahead: readonly Ahead[]): string {
  const all = ahead.reduce((sum, { records }) => sum + records, 0n)
  // Only the row of `ops restored`, which counts no records: it is running, or was interrupted.
  if (all === 0n)
    return (
      `\`npm run ops -- restored ${service}\` is at work, or was interrupted: nothing is sent and commands are refused ` +
      'until it has been run to its end: run it again.'
    )
  const where = ahead.map(({ topic, partition, records }) => `${topic}/${partition} by ${records}`).join(', ')
  return (
    `its topics are ahead of the write database by ${all} records (${where}): it was put back to an older state. ` +
    `Nothing is sent and commands are refused until you run \`npm run ops -- restored ${service}\`.`
  )
}
