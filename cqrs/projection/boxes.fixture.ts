import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type { IncomingRecord } from '../broker/broker.ts'
import { type Event, toRecord } from '../broker/envelope.ts'
import type { ListedTopic } from '../broker/topics.ts'
import type { Model } from './model.ts'
import { projection, type Row } from './projection.ts'

/** A domain for these tests: items lie in boxes and on shelves, which count their open items. */
export type Box = { readonly id: string; readonly label: string }
export type Item = {
  readonly id: string
  readonly boxId: string
  readonly note: string
  readonly open: boolean
  /** Ids of shelves. */
  readonly shelves?: readonly string[]
}

const topic = <State>(name: string): ListedTopic<State> => ({
  name,
  owner: 'tests',
  partitions: 2,
  config: {},
  encode: (state) => Buffer.from(JSON.stringify(state)),
  decode: (value) => JSON.parse(Buffer.from(value).toString('utf8')),
})

export const boxTopic = topic<Box>('boxes.v1')
export const itemTopic = topic<Item>('items.v1')

export const boxes = projection({
  topic: boxTopic,
  table: 'boxes',
  row: ({ id, label }) => ({ id, label, changedAt: new Date(label.length) }),
})
export const items = projection({
  topic: itemTopic,
  table: 'items',
  row: ({ id, boxId, note, open, shelves = [] }) => ({ id, boxId, note, open, shelves }),
  counts: [
    { table: 'boxes', key: 'boxId', column: 'openItems', when: (row) => row.open },
    { table: 'shelves', key: 'shelves', column: 'items', when: (row) => row.open },
  ],
})

/** An id that is easy to read in failure messages. */
export const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`

/** The tables, in a new schema on the run's PostgreSQL server. */
export async function createBoxes(): Promise<{
  readonly pool: pg.Pool
  readonly model: Model
  rows(table: string): Promise<readonly Row[]>
}> {
  const pool = new pg.Pool({ connectionString: inject('postgresUrl'), max: 10 })
  pool.on('error', () => undefined)
  const schema = `boxes_${randomBytes(6).toString('hex')}`
  await pool.query(`
    CREATE SCHEMA ${schema};
    CREATE TABLE ${schema}.boxes (
      id uuid PRIMARY KEY, version int NOT NULL, label text NOT NULL DEFAULT '' CHECK (label <> 'forbidden'),
      "changedAt" timestamptz(3) NOT NULL DEFAULT 'epoch', "openItems" int NOT NULL DEFAULT 0
    );
    CREATE TABLE ${schema}.items (
      id uuid PRIMARY KEY, version int NOT NULL, "boxId" uuid, note text NOT NULL DEFAULT '',
      open boolean NOT NULL DEFAULT false, shelves text[] NOT NULL DEFAULT '{}'
    );
    CREATE TABLE ${schema}.shelves (id text PRIMARY KEY, version int NOT NULL, items int NOT NULL DEFAULT 0);
    CREATE INDEX ON ${schema}.items (note);
    CREATE TABLE ${schema}.projection_offset (
      topic text, partition int, "nextOffset" bigint NOT NULL, "clusterId" text NOT NULL,
      "updatedAt" timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (topic, partition)
    );
    CREATE TABLE ${schema}.dead_letter (
      id bigserial PRIMARY KEY, topic text NOT NULL, partition int NOT NULL, "offset" bigint NOT NULL, key text NOT NULL,
      headers jsonb NOT NULL, value bytea, digest bytea, error text NOT NULL, "createdAt" timestamptz(3) NOT NULL DEFAULT now(),
      "closedAt" timestamptz(3), "closedBy" text, UNIQUE (topic, partition, "offset")
    );
    CREATE INDEX ON ${schema}.dead_letter (topic, key);
  `)
  return {
    pool,
    model: { schema, projections: [items, boxes], tables: ['items', 'boxes', 'shelves'] },
    rows: async (table) => (await pool.query(`SELECT * FROM ${schema}.${table} ORDER BY 1, 2`)).rows,
  }
}

const event = (topic: string, key: string, version: number, value: Uint8Array): Event => ({
  topic,
  key,
  version,
  type: 'tests.changed.v1',
  eventId: id(version),
  time: new Date(),
  trace: null,
  value,
})

/** A record as a producer sends it. */
export const sent = <State extends { readonly id: string }>(topic: ListedTopic<State>, version: number, state: State) =>
  toRecord(event(topic.name, state.id, version, topic.encode(state)), 'tests')

/** The same record as a consumer reads it. */
export function received<State extends { readonly id: string }>(
  topic: ListedTopic<State>,
  offset: number,
  version: number,
  state: State,
): IncomingRecord {
  const { key, value, headers } = sent(topic, version, state)
  return { offset: BigInt(offset), key: Buffer.from(key), value, headers }
}
