import type pg from 'pg'
import type { Aggregate, AggregateState } from '../command/aggregate.ts'

/** The session in which a write database is rolled forward: it has the temporary tables, and the lock. */
export type Session = Pick<pg.ClientBase, 'query'>

/** A kind of aggregate that the service owns. */
export type Kind<Store> = {
  /** Stands for it in the temporary tables. */
  readonly number: number
  readonly aggregate: Aggregate<AggregateState, Store>
  /** Its topic, with its prefix. */
  readonly topic: string
}

/** Less than every id. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/**
 * What is known of the log and of the outbox, on disk and in this session alone: it is gone with the session, however
 * that ends, and its size is bounded by the log's keys and not by memory.
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
