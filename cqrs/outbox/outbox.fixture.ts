import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

/** An aggregate id that is easy to read in failure messages. */
export const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`

export const topic = 'boxes.v1'

/** An outbox in a schema of its own, on the run's PostgreSQL server. */
export async function createOutbox(connectionString = inject('postgresUrl')) {
  const pool = new pg.Pool({ connectionString, max: 10 })
  pool.on('error', () => undefined)
  const schema = `outbox_${randomBytes(6).toString('hex')}`
  const columns = `topic text NOT NULL, key text NOT NULL, version int NOT NULL, type text NOT NULL,
    "eventId" uuid NOT NULL, time timestamptz(3) NOT NULL, trace text, value bytea NOT NULL`
  await pool.query(`
    CREATE SCHEMA ${schema};
    CREATE TABLE ${schema}.outbox (id bigserial PRIMARY KEY, ${columns}, xid xid8 NOT NULL DEFAULT pg_current_xact_id());
    CREATE INDEX ON ${schema}.outbox (xid);
    CREATE TABLE ${schema}.outbox_parked (
      id bigint PRIMARY KEY, ${columns}, error text NOT NULL, "parkedAt" timestamptz(3) NOT NULL DEFAULT now()
    );
    CREATE TABLE ${schema}.boxes (id uuid PRIMARY KEY, version int NOT NULL);
    CREATE TABLE ${schema}.relay_position (
      topic text, partition int, "nextOffset" bigint NOT NULL, "clusterId" text NOT NULL,
      "updatedAt" timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (topic, partition)
    );
    CREATE TABLE ${schema}.behind_log (
      topic text, partition int, records bigint NOT NULL,
      "noticedAt" timestamptz(3) NOT NULL DEFAULT now(), PRIMARY KEY (topic, partition)
    );
  `)
  const versionsIn = async (table: string) =>
    (await pool.query<{ key: string; version: number }>(`SELECT key, version FROM ${schema}.${table} ORDER BY id`)).rows

  return {
    connectionString,
    pool,
    schema,
    /** Puts the state of aggregate `n` at `version` into the outbox. */
    insert: (n: number, version: number, client: pg.ClientBase | pg.Pool = pool, bytes = 10) =>
      client.query(
        `WITH box AS (INSERT INTO ${schema}.boxes VALUES ($2::uuid, $3)
           ON CONFLICT (id) DO UPDATE SET version = excluded.version)
         INSERT INTO ${schema}.outbox (topic, key, version, type, "eventId", time, value)
         VALUES ($1, $2::uuid::text, $3, 'tests.changed.v1', gen_random_uuid(), now(), $4)`,
        [topic, id(n), version, Buffer.alloc(bytes)],
      ),
    pending: () => versionsIn('outbox'),
    parked: () => versionsIn('outbox_parked'),
    /** Ends the PostgreSQL sessions that hold this outbox's relay lock, so that their relay no longer leads. */
    async endLeader(): Promise<number> {
      const { rowCount } = await pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
           AND (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0)`,
        [`inkstream.relay.${schema}`],
      )
      return rowCount ?? 0
    },
  }
}
