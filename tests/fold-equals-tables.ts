import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import pg from 'pg'
import { expect } from 'vitest'
import { topics } from '#contracts/topics.ts'
import type { Stack } from './stack.ts'

type State = {
  readonly id: string
  readonly version: number
  readonly deleted: boolean
  readonly [field: string]: unknown
}

/** A record of a log, as a client of its own reads it. */
export type LoggedRecord = { readonly key: string; readonly version: number; readonly value: Uint8Array }

/** All records of a topic, from its beginning to its end; in the log's order for each key. */
export async function readTopic(kafkaBrokers: string, name: string): Promise<readonly LoggedRecord[]> {
  const kafka = new Kafka({ brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const ends = new Map((await admin.fetchTopicOffsets(name)).map(({ partition, high }) => [partition, BigInt(high)]))
  await admin.disconnect()

  const records: LoggedRecord[] = []
  const left = new Set([...ends].filter(([, end]) => end > 0n).map(([partition]) => partition))
  if (left.size === 0) return records
  const consumer = kafka.consumer({ groupId: `${name}.read.${randomUUID()}`, maxWaitTimeInMs: 100 })
  const { promise: read, resolve: done } = Promise.withResolvers<void>()
  await consumer.connect()
  await consumer.subscribe({ topics: [name], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      for (const { key, value, headers } of batch.messages)
        if (value) records.push({ key: String(key), version: Number(String(headers?.ce_sequence)), value })
      if (BigInt(batch.lastOffset()) + 1n >= (ends.get(batch.partition) ?? 0n)) left.delete(batch.partition)
      if (left.size === 0) done()
    },
  })
  await read
  await consumer.disconnect()
  return records
}

/** The state of each key of a topic by its highest version. */
async function foldTopic(
  kafkaBrokers: string,
  prefix: string,
  topic: (typeof topics)[keyof typeof topics],
): Promise<ReadonlyMap<string, State>> {
  const states = new Map<string, State>()
  for (const { key, version, value } of await readTopic(kafkaBrokers, prefix + topic.name))
    if (version > (states.get(key)?.version ?? 0)) states.set(key, { ...topic.decode(value), version } as State)
  return states
}

async function table(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const sorted = <Row extends { readonly id?: unknown }>(rows: Iterable<Row>): Row[] =>
  [...rows].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))

/**
 * Holds the read tables of all three services, counters and references included, against the fold of the log, and the
 * log against the write databases.
 */
export async function expectTablesToEqualFold(stack: Stack): Promise<void> {
  const [users, posts, comments] = await Promise.all(
    [topics.users, topics.posts, topics.comments].map((topic) => foldTopic(stack.kafkaBrokers, stack.prefix, topic)),
  )
  if (!users || !posts || !comments) throw new Error('unreachable')
  const pick = (states: ReadonlyMap<string, State>, ...fields: string[]) =>
    sorted(
      [...states.values()].map((state) =>
        Object.fromEntries(['id', 'version', ...fields].map((field) => [field, state[field]])),
      ),
    )

  // The log holds what the write databases hold.
  for (const [service, states] of [
    ['users', users],
    ['posts', posts],
    ['comments', comments],
  ] as const)
    expect(
      sorted(await table(stack.databaseUrl(`${service}.write`), `SELECT id, version FROM "write"."${service}"`)),
    ).toEqual(pick(states))

  const names = pick(users, 'username', 'fullName', 'deleted')
  const known = (sql: string) => `${sql} WHERE version > 0`
  const readNames = known(`SELECT id, version, username, "fullName", deleted FROM read_1.users`)
  for (const side of ['users.read', 'posts.read', 'comments.read'] as const)
    expect(sorted(await table(stack.databaseUrl(side), readNames))).toEqual(names)

  const counted = new Map<unknown, number>()
  for (const { postId, deleted } of comments.values()) if (!deleted) counted.set(postId, (counted.get(postId) ?? 0) + 1)
  expect(
    sorted(
      await table(
        stack.databaseUrl('posts.read'),
        known(`SELECT id, version, "authorId", title, slug, body, visible, "commentsCount" FROM read_1.posts`),
      ),
    ),
  ).toEqual(
    sorted(
      [...posts.values()].map(({ id, version, authorId, title, slug, body, deleted }) => ({
        id,
        version,
        authorId,
        title,
        slug,
        body,
        visible: !deleted,
        commentsCount: counted.get(id) ?? 0,
      })),
    ),
  )

  const shown = sorted(
    [...comments.values()].map(({ id, version, postId, authorId, body, deleted }) => ({
      id,
      version,
      postId,
      authorId,
      body,
      visible: !deleted,
    })),
  )
  const readComments = known(`SELECT id, version, "postId", "authorId", body, visible FROM read_1.comments`)
  for (const side of ['posts.read', 'comments.read'] as const)
    expect(sorted(await table(stack.databaseUrl(side), readComments))).toEqual(shown)

  expect(
    sorted(
      await table(
        stack.databaseUrl('comments.write'),
        known(`SELECT id, version, "authorId", deleted FROM "write".posts`),
      ),
    ),
  ).toEqual(pick(posts, 'authorId', 'deleted'))
}
