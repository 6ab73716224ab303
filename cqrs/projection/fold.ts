import type { IncomingRecord } from '../broker/broker.ts'
import { readEnvelope } from '../broker/envelope.ts'
import type { Projection, Row } from './projection.ts'

/** The newest state of a key in a batch, as one row for each projection of the topic. */
export type Folded = {
  readonly key: string
  readonly version: number
  readonly record: IncomingRecord
  /** In the order of the projections. */
  readonly rows: readonly Row[]
  /** The version of the key's last record in the batch: lower than `version` when the key went backwards. */
  readonly lastVersion: number
}

/** A record that cannot be projected, and why. */
export type Poison = { readonly record: IncomingRecord; readonly error: string }

/** Ids must be lower-case UUIDs: other spellings would give one aggregate two keys, in two partitions. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

type Versioned = { readonly record: IncomingRecord; readonly version: number }

/**
 * Folds records to the highest version of each key. Unreadable records are returned separately and do not affect other
 * keys: if a key's newest state is unreadable, the next older state in the batch replaces it.
 */
export function fold(
  records: readonly IncomingRecord[],
  projections: readonly Projection[],
): { readonly folded: readonly Folded[]; readonly poison: readonly Poison[] } {
  const poison: Poison[] = []
  const byKey = new Map<string, Versioned[]>()
  for (const record of records) {
    try {
      const { key, version } = readEnvelope(record)
      if (!uuid.test(key)) throw new Error('the key is not a UUID in lower case')
      const versions = byKey.get(key)
      if (versions) versions.push({ record, version })
      else byKey.set(key, [{ record, version }])
    } catch (error) {
      poison.push({ record, error: message(error) })
    }
  }

  const folded = [...byKey].flatMap(([key, versions]): Folded[] => {
    const lastVersion = versions.at(-1)?.version ?? 0
    for (const { record, version } of newestFirst(versions)) {
      try {
        return [{ key, version, record, lastVersion, rows: project(record, key, projections) }]
      } catch (error) {
        poison.push({ record, error: message(error) })
      }
    }
    return []
  })
  return { folded, poison }
}

/** Of equal versions the last record comes first, as it does when they are in different batches. */
const newestFirst = (versions: readonly Versioned[]) =>
  versions.length === 1 ? versions : versions.toReversed().sort((a, b) => b.version - a.version)

function project({ value }: IncomingRecord, key: string, projections: readonly Projection[]): Row[] {
  if (!value) throw new Error('record without a value: there are no tombstones in this log')
  return projections.map(({ topic, row: map }) => {
    const row = map(topic.decode(value))
    if (row.id !== key) throw new Error(`the state's id is "${row.id}", the record's key is "${key}"`)
    return row
  })
}

const message = (error: unknown) => (error instanceof Error ? error.message : String(error))
