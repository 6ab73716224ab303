import type { IncomingRecord } from '../broker/broker.ts'
import { readEnvelope } from '../broker/envelope.ts'
import type { Projection, Row } from './projection.ts'

/** The newest state of one key in a batch, as a row for each projection of the topic. */
export type Folded = {
  readonly key: string
  readonly version: number
  readonly record: IncomingRecord
  /** Rows in the order of the projections. */
  readonly rows: readonly Row[]
  /** The version of the key's last record in the batch: lower than `version` when the key went backwards. */
  readonly lastVersion: number
}

/** A record that cannot be projected, and why. */
export type Poison = { readonly record: IncomingRecord; readonly key: string; readonly error: string }

/** Folds records to the highest version per key. What cannot be decoded is told apart, and stops nothing else. */
export function fold(
  records: readonly IncomingRecord[],
  projections: readonly Projection[],
): { readonly folded: readonly Folded[]; readonly poison: readonly Poison[] } {
  const newest = new Map<string, Folded>()
  const poison: Poison[] = []
  for (const record of records) {
    try {
      const { key, version } = readEnvelope(record)
      const known = newest.get(key)
      if (known && known.version >= version) newest.set(key, { ...known, lastVersion: version })
      else newest.set(key, { key, version, record, rows: project(record, key, projections), lastVersion: version })
    } catch (error) {
      poison.push({ record, key: readable(record.key), error: (error as Error).message })
    }
  }
  return { folded: [...newest.values()].sort((a, b) => (a.key < b.key ? -1 : 1)), poison }
}

function project({ value }: IncomingRecord, key: string, projections: readonly Projection[]): Row[] {
  if (!value) throw new Error('record without a value: there are no tombstones in this log')
  return projections.map((projection) => {
    const row = projection.row(projection.topic.decode(value))
    if (row.id !== key) throw new Error(`the state's id is ${row.id}, the key is ${key}`)
    return row
  })
}

/** A key as PostgreSQL can keep it and a person can read it. */
const readable = (key: Uint8Array | null): string =>
  Buffer.from(key ?? [])
    .toString('utf8')
    .replaceAll('\0', '\ufffd')
