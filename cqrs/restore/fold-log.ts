import { type Broker, type IncomingRecord, type PartitionEnd, UnreadableLog } from '../broker/broker.ts'
import { readEnvelope } from '../broker/envelope.ts'
import { isUuid } from '../command/uuid.ts'
import type { Kind, Session } from './session.ts'

/** A partition of the log, from its first record to its current end. */
export type PartitionBounds = PartitionEnd & { readonly first: bigint }

/** The current first and next offsets of the partitions of these topics. */
export async function snapshot(broker: Broker, topics: readonly string[]): Promise<readonly PartitionBounds[]> {
  const bounds: PartitionBounds[] = []
  for (const topic of topics)
    for (const [partition, offsets] of (await broker.watermarks(topic)).entries())
      bounds.push({ topic, partition, ...offsets })
  return bounds
}

/** The newest state of a key among some records, and the version of the last of them. */
type Folded = {
  readonly id: string
  readonly version: number
  readonly lastVersion: number
  readonly eventId: string | undefined
  readonly time: string | undefined
  readonly value: Uint8Array
}

/**
 * Reads the newest state of each key up to the snapshot into `log_state`. Of records with the same version the first
 * counts, as for every consumer.
 * @param leaveOut skips unreadable parts instead of throwing
 * @param onRead called with the number of offsets read so far, and the total
 * @returns the number of foreign records that were skipped
 */
export async function foldLog<Store>(
  session: Session,
  broker: Broker,
  kinds: readonly Kind<Store>[],
  bounds: readonly PartitionBounds[],
  leaveOut: boolean,
  onRead: (done: number, total: number) => void,
): Promise<number> {
  const total = Number(bounds.reduce((sum, { first, next }) => sum + next - first, 0n))
  let [before, skipped] = [0, 0]
  for (const { topic, partition, first, next } of bounds) {
    const kind = kinds.find((kind) => kind.topic === topic)
    if (!kind) throw new Error(`no aggregate is kept in ${topic}`)
    for await (const records of readAll(broker, { topic, partition, first, next }, leaveOut)) {
      const folded = fold(kind, records)
      skipped += folded.skipped
      await keepNewest(session, kind.number, partition, folded.states)
      const last = records.at(-1)
      if (last) onRead(before + Number(last.offset + 1n - first), total)
    }
    before += Number(next - first)
    onRead(before, total)
  }
  await session.query('ANALYZE log_state')
  return skipped
}

/** Reads a partition up to its bound. With `leaveOut` it continues after an unreadable part. */
async function* readAll(broker: Broker, { topic, partition, first, next }: PartitionBounds, leaveOut: boolean) {
  for (let from = first; from < next; ) {
    try {
      yield* broker.read({ topic, partition }, from, next)
      return
    } catch (error) {
      if (!(error instanceof UnreadableLog && error.part.next !== undefined && leaveOut)) throw error
      from = error.part.next
    }
  }
}

function fold<Store>({ aggregate }: Kind<Store>, records: readonly IncomingRecord[]) {
  const states = new Map<string, Folded>()
  let skipped = 0
  for (const record of records) {
    const read = readState(aggregate, record)
    if (!read) {
      skipped++
      continue
    }
    const newest = states.get(read.id)
    states.set(read.id, newest && newest.version >= read.version ? { ...newest, lastVersion: read.version } : read)
  }
  return { states: [...states.values()], skipped }
}

/** Undefined for a foreign record: no key, no version, or a value that is not a state of that key. */
function readState<Store>(aggregate: Kind<Store>['aggregate'], record: IncomingRecord): Folded | undefined {
  try {
    const { key, version } = readEnvelope(record)
    if (!record.value || !isUuid(key)) return undefined
    if (aggregate.decode(record.value, version).id !== key) return undefined
    const { ce_id: eventId, ce_time: time } = record.headers
    const known = time !== undefined && !Number.isNaN(Date.parse(time))
    return { id: key, version, lastVersion: version, eventId, time: known ? time : undefined, value: record.value }
  } catch {
    return undefined
  }
}

const keepNewest = async (
  session: Session,
  kind: number,
  partition: number,
  states: readonly Folded[],
): Promise<void> => {
  if (states.length === 0) return
  await session.query({
    name: 'keep-newest',
    text: `INSERT INTO log_state AS kept (kind, partition, id, version, "lastVersion", "eventId", time, value)
           SELECT $1, $2, * FROM unnest($3::uuid[], $4::int[], $5::int[], $6::text[], $7::timestamptz[], $8::bytea[])
           ON CONFLICT (kind, id) DO UPDATE SET
             "lastVersion" = excluded."lastVersion",
             version = greatest(kept.version, excluded.version),
             "eventId" = CASE WHEN excluded.version > kept.version THEN excluded."eventId" ELSE kept."eventId" END,
             time = CASE WHEN excluded.version > kept.version THEN excluded.time ELSE kept.time END,
             value = CASE WHEN excluded.version > kept.version THEN excluded.value ELSE kept.value END`,
    values: [
      kind,
      partition,
      states.map(({ id }) => id),
      states.map(({ version }) => version),
      states.map(({ lastVersion }) => lastVersion),
      states.map(({ eventId }) => eventId ?? null),
      states.map(({ time }) => time ?? null),
      states.map(({ value }) => Buffer.from(value)),
    ],
  })
}
