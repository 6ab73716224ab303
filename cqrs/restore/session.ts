import type pg from 'pg'
import type { Aggregate, AggregateState } from '../command/aggregate.ts'

/** The session that rolls a write database forward. It has the temporary tables and the lock. */
export type Session = Pick<pg.ClientBase, 'query'>

/** A kind of aggregate that the service owns. */
export type Kind<Store> = {
  /** Its number in the temporary tables. */
  readonly number: number
  readonly aggregate: Aggregate<AggregateState, Store>
  /** Its topic, with its prefix. */
  readonly topic: string
}

/** Smaller than every id. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/**
 * Creates temporary tables for the contents of the log and of the outbox. They disappear with the session, however it
 * ends, and can grow with the number of keys because they are on disk, not in memory.
 */
export const createTables = async (session: Session): Promise<void> =>
  void (await session.query(`
    CREATE TEMP TABLE log_state (
      kind smallint, id uuid, version int NOT NULL, "lastVersion" int NOT NULL, partition int NOT NULL,
      "eventId" text, time timestamptz, value bytea NOT NULL, PRIMARY KEY (kind, id)
    );
    CREATE TEMP TABLE pending_event (
      kind smallint, id uuid, "outboxId" bigint NOT NULL, version int NOT NULL, type text NOT NULL,
      "eventId" text NOT NULL, time timestamptz NOT NULL, parked boolean NOT NULL
    );
    CREATE INDEX ON pending_event (kind, id);
    CREATE TEMP TABLE overtaken (
      kind smallint, id uuid, was int NOT NULL, forked boolean NOT NULL, PRIMARY KEY (kind, id)
    );
  `))
