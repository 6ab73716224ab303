import type { Broker, IncomingRecord, PartitionEnd } from '../broker/broker.ts'
import { type Envelope, readEnvelope } from '../broker/envelope.ts'
import type { Queries } from '../database/sql.ts'
import { isUuid } from '../graphql/uuid.ts'

type Own = Envelope & { readonly offset: bigint; readonly eventId: string }

/**
 * Looks for the first record that the service wrote and its write database no longer knows: newer than the aggregate's
 * row, and not an event that waits in the outbox. A crash between a send and its acknowledgement leaves records of the
 * second kind; a restored database leaves the first. A command that was accepted after the restore has given the record's
 * version to another event, which waits in the outbox: then the record is not known either, although the row is as new.
 * @param options.table the aggregate's, in `schema`
 * @param options.source the CloudEvents source of the service's own records
 * @param options.onRead called with each fetch's first offset
 * @returns its offset, or undefined when nothing is lost
 */
export async function findLost(
  client: Queries,
  options: {
    readonly broker: Broker
    readonly schema: string
    readonly table: string
    readonly source: string
    readonly onRead: (offset: bigint) => void
  },
  { topic, partition, next }: PartitionEnd,
  from: bigint,
): Promise<bigint | undefined> {
  for await (const records of options.broker.read({ topic, partition }, from, next)) {
    options.onRead(records[0]?.offset ?? from)
    const own = ownOf(records, options.source)
    const newer = await notPending(client, options.schema, await newerThanRows(client, options, own))
    const forked = await forkedBy(client, options.schema, own)
    const first = own.find((record) => newer.includes(record) || forked.includes(record))
    if (first) return first.offset
  }
  return undefined
}

function ownOf(records: readonly IncomingRecord[], source: string): Own[] {
  return records.flatMap((record) => {
    if (record.headers.ce_source !== source) return []
    try {
      const envelope = readEnvelope(record)
      return isUuid(envelope.key)
        ? [{ ...envelope, offset: record.offset, eventId: record.headers.ce_id?.toLowerCase() ?? '' }]
        : []
    } catch {
      // Not written by a relay: every record of ours has an envelope.
      return []
    }
  })
}

async function newerThanRows(
  client: Queries,
  { schema, table }: { readonly schema: string; readonly table: string },
  records: readonly Own[],
): Promise<Own[]> {
  if (records.length === 0) return []
  const { rows } = await client.query<{ id: string; version: number }>(
    `SELECT id, version FROM "${schema}"."${table}" WHERE id = ANY($1::uuid[])`,
    [[...new Set(records.map(({ key }) => key))]],
  )
  const versions = new Map(rows.map(({ id, version }) => [id, version]))
  return records.filter(({ key, version }) => version > (versions.get(key.toLowerCase()) ?? 0))
}

/** Records whose version a pending event of the same aggregate has too. What was republished repeats a version. */
async function forkedBy(client: Queries, schema: string, records: readonly Own[]): Promise<Own[]> {
  if (records.length === 0) return []
  const { rows } = await client.query<{ key: string; version: number; eventId: string }>(
    `SELECT key, version, "eventId" FROM "${schema}".outbox
     WHERE key = ANY($1::text[]) AND type NOT LIKE '%.republished.v1'`,
    [[...new Set(records.map(({ key }) => key))]],
  )
  return records.filter(({ key, version, eventId }) =>
    rows.some((row) => row.key === key && row.version === version && row.eventId !== eventId),
  )
}

async function notPending(client: Queries, schema: string, records: readonly Own[]): Promise<Own[]> {
  if (records.length === 0) return []
  const { rows } = await client.query<{ eventId: string }>(
    `SELECT "eventId" FROM "${schema}".outbox WHERE "eventId" = ANY($1::uuid[])`,
    [records.map(({ eventId }) => eventId).filter(isUuid)],
  )
  const pending = new Set(rows.map(({ eventId }) => eventId))
  return records.filter(({ eventId }) => !pending.has(eventId))
}
