import type { Queries } from '#toolkit/database/sql.ts'
import type { Broker, IncomingRecord, PartitionEnd } from '../broker/broker.ts'
import { type Envelope, readEnvelope } from '../broker/envelope.ts'
import { isUuid } from '../command/uuid.ts'

type Own = Envelope & { readonly offset: bigint; readonly eventId: string }

/**
 * Finds the first record that the service wrote but its write database no longer has: the record is newer than the
 * aggregate's row, and its event is not pending in the outbox. (A crash between a send and its acknowledgement leaves
 * the event pending; a restored database does not.) A record is lost too when a command accepted after the restore has
 * given its version to another event, which is pending in the outbox, although the row is then as new.
 * @param options.table the aggregate's table, in `schema`
 * @param options.source the CloudEvents source of the service's own records
 * @param options.onRead called with the first offset of each fetch
 * @returns the record's offset, or undefined when nothing is lost
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
      // Not written by a relay, whose records all have an envelope.
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

/** Records whose version a different pending event of the aggregate has too. Republished events repeat a version. */
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
