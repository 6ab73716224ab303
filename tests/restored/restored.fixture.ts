import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { inject, vi } from 'vitest'
import { topics } from '#contracts/topics.ts'
import type { OutgoingRecord } from '#cqrs/broker/broker.ts'
import { toRecord } from '#cqrs/broker/envelope.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { topicSpec } from '#cqrs/broker/topics.ts'
import type { RestoreOptions } from '#cqrs/restore/restore.ts'
import { writeSide } from '../../subgraphs/users/wiring.ts'
import type { User } from '../../subgraphs/users/write/states.ts'
import { someUser } from '../../subgraphs/users/write/user.fixture.ts'
import { user } from '../../subgraphs/users/write/user.ts'
import { createTestDatabase } from '../support/databases.ts'

/** A user's state in the log, with the time of its event. */
export type Logged = { readonly state: User; readonly time: Date; readonly eventId: string }

/** The write database and topics of users, for one test and without any role. */
export async function createRestoredWorld() {
  const { url } = await createTestDatabase('users', 'write')
  const prefix = `restored_${randomBytes(4).toString('hex')}.`
  const topic = prefix + topics.users.name
  const broker = createKafkaBroker({
    brokers: inject('kafkaBrokers').split(','),
    clientId: 'restored',
    log: pino({ level: 'silent' }),
  })
  const owned = [topics.users, topics.follows]
  await broker.createTopics(owned.map((topic) => topicSpec(topic, { prefix, replication: 1, minInsyncReplicas: 1 })))
  // A new topic has no leader for a moment.
  for (const { name } of owned)
    await vi.waitFor(() => broker.watermarks(prefix + name), { timeout: 10_000, interval: 20 })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const clusterId = await broker.clusterId()

  const send = async (...records: OutgoingRecord[]) => {
    const producer = await broker.createProducer()
    await producer.send(records)
    await producer.close()
  }
  const query = async <Row extends object>(sql: string, ...values: unknown[]) =>
    (await client.query<Row>(sql, values)).rows

  return {
    url,
    topic,
    broker,
    clusterId,
    client,
    query,
    send,
    /** A new user with a unique id and username. */
    newUser: (more: Partial<User> = {}): User =>
      someUser({ id: randomUUID(), username: `user_${randomBytes(4).toString('hex')}`, ...more }),
    /** Writes a state to the log, as the relay did at that time. */
    async log(state: User, time = new Date('2026-02-01')): Promise<Logged> {
      const eventId = randomUUID()
      const event = {
        topic,
        key: state.id,
        version: state.version,
        type: 'inkstream.user.profileUpdated.v1',
        eventId,
        time,
      }
      await send(toRecord({ ...event, trace: null, value: user.encode(state) }, '/users'))
      return { state, time, eventId }
    },
    /** Writes a state to the database, as the backup had it. */
    async keep({ id, version, username, fullName, bio, deleted, createdAt, updatedAt }: User) {
      await query(
        `INSERT INTO "write".users (id, version, username, "fullName", bio, deleted, "createdAt", "updatedAt")
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        id,
        version,
        deleted ? null : username,
        fullName,
        bio,
        deleted,
        createdAt,
        updatedAt,
      )
    },
    /** Writes the event of a state to the outbox. */
    async pend(
      state: User,
      {
        time,
        eventId = randomUUID(),
        type = 'inkstream.user.profileUpdated.v1',
      }: { time: Date; eventId?: string; type?: string },
    ) {
      await query(
        `INSERT INTO "write".outbox (topic, key, version, type, "eventId", time, value) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        topics.users.name,
        state.id,
        state.version,
        type,
        eventId,
        time,
        Buffer.from(user.encode(state)),
      )
    },
    /** Stores an idempotency key of the command that produced this state. */
    remember: ({ id, version }: User) =>
      query(
        `INSERT INTO "write".idempotency_key (scope, key, digest, "aggregateId", version) VALUES ('', $1, '', $2, $3)`,
        randomUUID(),
        id,
        version,
      ),
    remembered: () =>
      query<{ id: string; version: number }>(`SELECT "aggregateId" AS id, version FROM "write".idempotency_key`),
    rowOf: async (id: string) =>
      (
        await query<{ version: number; username: string | null; fullName: string; bio: string; deleted: boolean }>(
          `SELECT version, username, "fullName", bio, deleted FROM "write".users WHERE id = $1`,
          id,
        )
      )[0],
    outbox: () =>
      query<{ key: string; version: number; type: string }>(
        `SELECT key, version, type FROM "write".outbox ORDER BY id`,
      ),
    held: async () => (await query(`SELECT FROM "write".behind_log`)).length > 0,
    /** Rolls the database forward, in its own session. */
    async restore(more: Partial<RestoreOptions> = {}) {
      const side = writeSide(url)
      const session = new pg.Client({ connectionString: url })
      session.on('error', () => undefined)
      await session.connect()
      try {
        return await side.restore({
          session,
          broker,
          topicPrefix: prefix,
          readers: [],
          giveUp: [],
          dry: false,
          leaveOutUnreadable: false,
          onProgress: () => undefined,
          ...more,
        })
      } finally {
        await Promise.all([side.close(), session.end().catch(() => undefined)])
      }
    },
    async close() {
      await client.end()
      await broker.close()
    },
  }
}

export type RestoredWorld = Awaited<ReturnType<typeof createRestoredWorld>>
