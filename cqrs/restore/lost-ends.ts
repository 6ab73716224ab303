import type { Queries } from '#toolkit/database/sql.ts'
import { partitionName } from '../broker/broker.ts'
import { partitionOf } from '../broker/partition.ts'
import { readOffsets } from '../projection/offsets.ts'
import type { PartitionBounds } from './fold-log.ts'
import type { Session } from './session.ts'

/** A reader of the service's topics that stores its offsets. */
export type Reader = {
  /** For example `posts.read_1`. */
  readonly name: string
  readonly client: Queries
  readonly schema: string
}

/** A partition that was written or read beyond its current end: it lost its end, or was recreated. */
export type LostEnd = {
  readonly topic: string
  readonly partition: number
  /** The name of the reader that recorded the offset; undefined for the relay. */
  readonly reader: string | undefined
  /** The recorded offset. */
  readonly was: bigint
  /** The current end. */
  readonly ends: bigint
}

/**
 * Finds partitions that lost their end, from the offsets that the relay and readers recorded in this cluster.
 * @throws OtherCluster when the relay wrote to another cluster
 */
export async function findLostEnds(
  session: Session,
  schema: string,
  clusterId: string,
  bounds: readonly PartitionBounds[],
  readers: readonly Reader[],
): Promise<readonly LostEnd[]> {
  const lost: LostEnd[] = []
  const { rows } = await session.query<{ topic: string; partition: number; nextOffset: string; clusterId: string }>(
    `SELECT topic, partition, "nextOffset", "clusterId" FROM "${schema}".relay_position`,
  )
  const written = new Map(rows.map((row) => [partitionName(row), row]))
  const other = rows.find((row) => row.clusterId !== clusterId)
  if (other) throw new OtherCluster(other.clusterId, clusterId)
  for (const at of bounds) {
    const was = BigInt(written.get(partitionName(at))?.nextOffset ?? 0)
    if (was > at.next) lost.push({ topic: at.topic, partition: at.partition, reader: undefined, was, ends: at.next })
  }
  for (const { name, client, schema: of } of readers)
    for (const [partition, read] of await readOffsets(client, of, bounds)) {
      const at = bounds.find((one) => partitionName(one) === partition)
      if (at && read.clusterId === clusterId && read.nextOffset > at.next)
        lost.push({ topic: at.topic, partition: at.partition, reader: name, was: read.nextOffset, ends: at.next })
    }
  return lost
}

/** Returns a test whether a key's partition lost its end; undefined when no partition of the topic did. */
export function inLostEnd(
  lost: readonly LostEnd[],
  topic: string,
  partitions: number,
): ((key: string) => boolean) | undefined {
  const numbers = new Set(lost.filter((end) => end.topic === topic).map(({ partition }) => partition))
  return numbers.size > 0 ? (key) => numbers.has(partitionOf(key, partitions)) : undefined
}

/** The log of another cluster cannot show what this database has lost. */
export class OtherCluster extends Error {
  override name = 'OtherCluster'
  constructor(written: string, found: string) {
    super(
      `The relay wrote to Kafka cluster ${written}, and this is cluster ${found}: nothing was read or changed. If ` +
        'KAFKA_BROKERS is wrong, correct it. If Kafka was replaced, see docs/guides/backup.md, "Kafka is lost".',
    )
  }
}
