import type { Reads } from '#toolkit/database/client.ts'
import { qualified } from '#toolkit/database/sql.ts'
import type { Projection } from '../projection/projection.ts'
import type { Entry } from './entry.ts'

/** What the tables have of an entry's key. */
export type Found = {
  /** 0 when there is no row. */
  readonly version: number
  /** Whether an event of the key that would bring the entry is an open dead letter. */
  readonly parked: boolean
  /** Changes whenever the offset of one of the topic's partitions moves. Empty when none was ever read. */
  readonly offsets: string
}

export type Look = (entries: readonly Entry[]) => Promise<readonly Found[]>

/**
 * Looks up entries in the tables of one schema, by one statement. One row for each key is enough: all rows and counters
 * that a topic feeds are written in one transaction.
 * @param projections of the schema. Entries of other topics are not known to it
 */
export function createLook(options: {
  readonly database: Reads
  readonly schema: string
  readonly projections: readonly Pick<Projection, 'topic' | 'table'>[]
  readonly topicPrefix: string
}): { readonly topics: ReadonlySet<string>; readonly look: Look } {
  const { database, schema, topicPrefix } = options
  const tables = new Map(options.projections.map(({ topic, table }) => [topic.name, table]))
  const version = [...tables].map(
    ([topic, table]) =>
      `WHEN ${literal(topic)} THEN (SELECT version FROM ${qualified(schema, table)} WHERE id = w.key)`,
  )
  const statement = `
    SELECT coalesce(CASE w.topic ${version.join(' ')} END, 0) AS version,
      EXISTS (
        SELECT FROM ${qualified(schema, 'dead_letter')} AS letter
        WHERE letter.topic = ${literal(topicPrefix)} || w.topic AND letter.key = w.key::text
          AND letter."closedAt" IS NULL
          AND CASE WHEN letter.headers ->> 'ce_sequence' ~ '^[1-9][0-9]{0,9}$'
            THEN (letter.headers ->> 'ce_sequence')::bigint >= w.version ELSE true END
      ) AS parked,
      (SELECT coalesce(sum("nextOffset")::text, '') FROM ${qualified(schema, 'projection_offset')}
        WHERE topic = ${literal(topicPrefix)} || w.topic) AS offsets
    FROM jsonb_to_recordset($1::jsonb) AS w(n int, topic text, key uuid, version int) ORDER BY w.n`
  return {
    topics: new Set(tables.keys()),
    async look(entries) {
      const asked = entries.map(([topic, key, version], n) => ({ n, topic, key, version }))
      return await database.$queryRawUnsafe<Found[]>(statement, JSON.stringify(asked))
    },
  }
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`
