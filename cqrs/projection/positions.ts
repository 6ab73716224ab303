import type pg from 'pg'
import { type Broker, partitionName, type TopicPartition } from '../broker/broker.ts'
import type { ProjectorMetrics } from './metrics.ts'
import { beginOffset, readOffsets } from './offsets.ts'
import { assertSameLog } from './same-log.ts'

/** With more lag than this, skip repair and look-ups: most mismatches are only records not read yet. */
export const NEAR_THE_END = 1_000n

type Position = {
  readonly at: TopicPartition
  /** The stored offset that this projector last read or wrote. */
  readonly next: bigint
  /** The last known end of the partition's log. */
  readonly end: bigint
  /** Since when it has been behind the end without moving, as `performance.now()`; undefined at the end. */
  readonly behindSince: number | undefined
}

/** A projector's positions in its assigned partitions. */
export function createPositions(options: {
  readonly broker: Broker
  readonly pool: pg.Pool
  readonly schema: string
  readonly metrics: ProjectorMetrics
}) {
  const { broker, pool, schema, metrics } = options
  const positions = new Map<string, Position>()
  let clusterId = ''

  function set(position: Omit<Position, 'behindSince'>): void {
    const name = partitionName(position.at)
    const before = positions.get(name)
    const since = before?.next === position.next ? before.behindSince : undefined
    const lag = lagOf(position)
    positions.set(name, { ...position, behindSince: lag > 0n ? (since ?? performance.now()) : undefined })
    metrics.lag(position.at, Number(lag))
  }

  /** The first and next offsets, from the broker. */
  async function readLogs(partitions: readonly TopicPartition[]) {
    const topics = [...new Set(partitions.map(({ topic }) => topic))]
    const logs = new Map(
      await Promise.all(topics.map(async (topic) => [topic, await broker.watermarks(topic)] as const)),
    )
    return (at: TopicPartition) => {
      const bounds = logs.get(at.topic)?.[at.partition]
      if (!bounds) throw new Error(`Kafka has no partition ${partitionName(at)}`)
      return bounds
    }
  }

  return {
    /**
     * Reads the stored offsets of these partitions; a new partition begins at the start of its log.
     * @throws OtherLog when a log is not the one that was read before
     */
    async adopt(partitions: readonly TopicPartition[]): Promise<ReadonlyMap<TopicPartition, bigint>> {
      // Read the offsets before the ends: another projector may move them meanwhile, and ends only grow.
      const known = await readOffsets(pool, schema, partitions)
      const [cluster, boundsOf] = await Promise.all([broker.clusterId(), readLogs(partitions)])
      clusterId = cluster
      const offsets = new Map<TopicPartition, bigint>()
      for (const at of partitions) {
        const bounds = boundsOf(at)
        const found = known.get(partitionName(at))
        const stored = found ?? { nextOffset: bounds.first, clusterId }
        if (!found) await beginOffset(pool, schema, at, stored)
        assertSameLog(at, stored, clusterId, bounds)
        offsets.set(at, stored.nextOffset)
        set({ at, next: stored.nextOffset, end: bounds.next })
      }
      return offsets
    },

    /** Drops all partitions but these. @returns the dropped ones with their lag */
    keepOnly(partitions: readonly TopicPartition[]): readonly { readonly at: TopicPartition; readonly lag: bigint }[] {
      const kept = new Set(partitions.map(partitionName))
      const others = [...positions.values()].filter(({ at }) => !kept.has(partitionName(at)))
      for (const { at } of others) {
        positions.delete(partitionName(at))
        metrics.forgetLag(at)
      }
      return others.map((position) => ({ at: position.at, lag: lagOf(position) }))
    },

    /** The offset to read next in a partition; undefined when the partition is not assigned. */
    next: (at: TopicPartition): bigint | undefined => positions.get(partitionName(at))?.next,

    /** Notes a committed batch, unless the partition was lost meanwhile. */
    moved({ topic, partition }: TopicPartition, next: bigint, end: bigint): void {
      if (positions.has(partitionName({ topic, partition }))) set({ at: { topic, partition }, next, end })
    },

    /**
     * Checks, for one topic or all, whether the log is still the same, and updates its end.
     * @throws OtherLog when it is another log; any other error is transient
     */
    async verify(topic?: string): Promise<void> {
      // Read these before the ends, as above.
      const ours = [...positions.values()].filter(({ at }) => topic === undefined || at.topic === topic)
      const [cluster, boundsOf] = await Promise.all([broker.clusterId(), readLogs(ours.map(({ at }) => at))])
      for (const { at, next } of ours) {
        assertSameLog(at, { nextOffset: next, clusterId }, cluster, boundsOf(at))
        const now = positions.get(partitionName(at))
        if (now) set({ ...now, end: boundsOf(at).next })
      }
    },

    /** The number of offsets that the tables are behind the logs, for one partition or all. */
    lag: (at?: TopicPartition): bigint =>
      [...positions.values()]
        .filter((position) => !at || partitionName(position.at) === partitionName(at))
        .reduce((sum, position) => sum + lagOf(position), 0n),

    /** The partitions that have been behind the ends of their logs for longer than `ms` without moving. */
    stuck: (ms: number): readonly Position[] =>
      [...positions.values()].filter(
        ({ behindSince }) => behindSince !== undefined && performance.now() - behindSince > ms,
      ),

    count: () => positions.size,
  }
}

const lagOf = ({ next, end }: Pick<Position, 'next' | 'end'>) => (end > next ? end - next : 0n)
