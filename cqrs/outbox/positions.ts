import type { Queries } from '#toolkit/database/sql.ts'
import type { Activity } from '#toolkit/process/activity.ts'
import { within } from '#toolkit/process/within.ts'
import { type Broker, type PartitionEnd, partitionName, UnreadableLog } from '../broker/broker.ts'
import type { Ahead } from './behind.ts'
import { findLost } from './lost.ts'
import { assertOwnLog, NeedsOperator } from './other-log.ts'
import type { Move } from './pending.ts'

type Position = { readonly next: bigint; readonly clusterId: string }

/** The topic for the states of one table. */
export type OwnedTopic = { readonly topic: { readonly name: string }; readonly table: string }

/** Kafka must report the ends of topics within this time, in milliseconds. */
const ANSWER_WITHIN_MS = 3_000

/** How many of the last records to compare in a partition without a recorded position. */
const WITHOUT_POSITION = 500n

/**
 * The position of each partition of the service's own topics, as recorded in `relay_position`. Used for one leadership.
 * A position that the relay has read or recorded must not change, unless somebody replaced the database.
 */
export function createPositions(options: {
  readonly service: string
  readonly schema: string
  readonly broker: Broker
  readonly topicPrefix: string
  readonly topics: readonly OwnedTopic[]
  readonly activity: Activity
}) {
  const { service, schema, broker, activity } = options
  const tables = new Map(options.topics.map(({ topic, table }) => [options.topicPrefix + topic.name, table]))
  /** The positions that this relay has read or recorded, by partition. */
  let known: ReadonlyMap<string, bigint> = new Map()

  async function readRecorded(client: Queries): Promise<ReadonlyMap<string, Position>> {
    const { rows } = await client.query<{ topic: string; partition: number; nextOffset: string; clusterId: string }>(
      `SELECT topic, partition, "nextOffset", "clusterId" FROM "${schema}".relay_position`,
    )
    return new Map(
      rows.map(({ nextOffset, clusterId, ...at }) => [partitionName(at), { next: BigInt(nextOffset), clusterId }]),
    )
  }

  async function readEnds(): Promise<{ clusterId: string; ends: readonly PartitionEnd[] }> {
    activity.begin('asking Kafka where the topics end')
    const [clusterId, ...ends] = await within(
      ANSWER_WITHIN_MS,
      'Kafka does not answer',
      Promise.all([
        broker.clusterId(),
        ...[...tables.keys()].map(async (topic) =>
          (await broker.watermarks(topic)).map(({ next }, partition) => ({ topic, partition, next })),
        ),
      ]),
    )
    return { clusterId, ends: ends.flat() }
  }

  /** Compares one partition. @returns how far it is ahead, or undefined when its end may be recorded */
  async function aheadOf(client: Queries, end: PartitionEnd, before: Position | undefined, clusterId: string) {
    const name = partitionName(end)
    if (before) assertOwnLog(service, end, before, clusterId)
    const from = before?.next ?? (end.next > WITHOUT_POSITION ? end.next - WITHOUT_POSITION : 0n)
    const onRead = (offset: bigint) => activity.begin(`comparing ${name} from offset ${offset} with the write database`)
    const table = tables.get(end.topic) ?? ''
    const lost = await findLost(client, { broker, schema, table, source: `/${service}`, onRead }, end, from).catch(
      (error: unknown) => {
        throw error instanceof UnreadableLog ? cannotCompare(service, error) : error
      },
    )
    return lost === undefined ? undefined : { ...end, records: end.next - lost }
  }

  return {
    /**
     * Compares the ends of the topics with the recorded positions, and records the ends unless a partition is ahead.
     * @returns the partitions that hold states which the write database does not have
     * @throws when the log is not the one that was written, when a part of it cannot be read, when Kafka does not
     * answer, and when a recorded position differs from the one that this relay recorded
     */
    async compare(client: Queries): Promise<readonly Ahead[]> {
      activity.begin('reading the recorded positions from PostgreSQL')
      const recorded = await readRecorded(client)
      for (const [name, next] of known) if (recorded.get(name)?.next !== next) throw new ReplacedUnderneath()
      const { clusterId, ends } = await readEnds()
      const ahead: Ahead[] = []
      const moved: PartitionEnd[] = []
      for (const end of ends) {
        const before = recorded.get(partitionName(end))
        if (before?.clusterId === clusterId && before.next === end.next) continue
        const found = await aheadOf(client, end, before, clusterId)
        if (found) ahead.push(found)
        else moved.push(end)
      }
      if (ahead.length > 0) return ahead
      if (moved.length > 0) await record(client, schema, moved, clusterId)
      known = new Map(ends.map((end) => [partitionName(end), end.next]))
      return []
    },

    /** The moves to record after a send. */
    movesOf: (ends: readonly PartitionEnd[]): readonly Move[] =>
      ends.flatMap(({ topic, partition, next }) => {
        const from = known.get(partitionName({ topic, partition }))
        return from === undefined ? [] : [{ topic, partition, from, to: next }]
      }),

    /** Notes that PostgreSQL recorded these moves. @throws when it did not record all of them */
    recorded(moves: readonly Move[], count: number): void {
      if (count < moves.length) throw new ReplacedUnderneath()
      known = new Map([...known, ...moves.map((move) => [partitionName(move), move.to] as const)])
    },
  }
}

async function record(client: Queries, schema: string, ends: readonly PartitionEnd[], clusterId: string) {
  await client.query(
    `INSERT INTO "${schema}".relay_position (topic, partition, "nextOffset", "clusterId")
     SELECT *, $4 FROM unnest($1::text[], $2::int[], $3::bigint[])
     ON CONFLICT (topic, partition) DO UPDATE
       SET "nextOffset" = excluded."nextOffset", "clusterId" = excluded."clusterId", "updatedAt" = now()`,
    [ends.map(({ topic }) => topic), ends.map(({ partition }) => partition), ends.map(({ next }) => next), clusterId],
  )
}

/** Forgets all positions, so that records are compared from the end backwards. For a log that replaced another. */
export const forgetPositions = async (client: Queries, schema: string): Promise<void> =>
  void (await client.query(`DELETE FROM "${schema}".relay_position`))

const cannotCompare = (service: string, { message, part }: UnreadableLog): Error =>
  new NeedsOperator(
    `${message}. It cannot be compared with the write database, so nothing is sent. ` +
      (part.next === undefined
        ? "Kafka itself cannot read it: see the broker's log, and restore the partition from a replica"
        : `\`npm run ops -- restored ${service} --leave-out-unreadable\` goes on behind it, and sends again what stood there`),
  )

/** Ends the leadership: the next leader compares everything again before it sends. */
class ReplacedUnderneath extends Error {
  constructor() {
    super('the recorded positions are not those that this relay left: the write database was replaced underneath it')
  }
}
