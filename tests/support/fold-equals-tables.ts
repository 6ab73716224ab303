import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { expect } from 'vitest'
import { topics } from '#contracts/topics.ts'
import type { DatabaseUrls } from '#infra/databases.ts'
import { createClient } from '#toolkit/database/connect.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { readModel as commentsModel, references as ofComments } from '../../subgraphs/comments/wiring.ts'
import { references as ofPosts, readModel as postsModel } from '../../subgraphs/posts/wiring.ts'
import { readModel as usersModel } from '../../subgraphs/users/wiring.ts'
import type { Stack } from './stack.ts'

type State = {
  readonly id: string
  readonly version: number
  readonly deleted: boolean
  readonly [field: string]: unknown
}

/** A record of a log, read by a separate client. */
export type LoggedRecord = { readonly key: string; readonly version: number; readonly value: Uint8Array }

/** All records of a topic, from its beginning to its current end; in log order for each key. */
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

/** The state with the highest version of each key of a topic. */
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
  const client = createClient(url, { bounds: backgroundBounds })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

type Row = { readonly [column: string]: unknown }

const sorted = (rows: readonly Row[]): Row[] => rows.toSorted((a, b) => (String(a.id) < String(b.id) ? -1 : 1))

/**
 * Compares the read tables of all three services, with counters and references, to the fold of the log, and the log to
 * the write databases. Computes the expected rows independently of the projections.
 */
export async function expectTablesToEqualFold(stack: Stack): Promise<void> {
  const folded = new Set<string>()
  const fold = async (topic: (typeof topics)[keyof typeof topics]) => {
    folded.add(topic.name)
    return [...(await foldTopic(stack.kafkaBrokers, stack.prefix, topic)).values()]
  }
  const [users, follows, posts, favorites, comments] = await Promise.all([
    fold(topics.users),
    fold(topics.follows),
    fold(topics.posts),
    fold(topics.favorites),
    fold(topics.comments),
  ])

  const compared = new Set<string>()
  /** Compares the rows of a table, ordered by id, to the expected ones, in the columns that these name. */
  async function expectRows(side: keyof DatabaseUrls, from: string, expected: readonly Row[]): Promise<void> {
    compared.add(`${side} ${from.split(' ')[0]}`)
    const schema = side.endsWith('.write') ? '"write"' : 'read_1'
    const found = await table(stack.databaseUrl(side), `SELECT * FROM ${schema}.${from}`)
    const columns = Object.keys(expected[0] ?? {})
    const named = found.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])))
    expect(sorted(expected.length > 0 ? named : found), `${side} ${from}`).toEqual(sorted(expected))
  }
  const known = (name: string) => `${name} WHERE version > 0`

  const versions = (states: readonly State[]) => states.map(({ id, version }) => ({ id, version }))
  await expectRows('users.write', 'users', versions(users))
  await expectRows('users.write', 'follows', versions(follows))
  await expectRows('posts.write', 'posts', versions(posts))
  await expectRows('posts.write', 'favorites', versions(favorites))
  await expectRows('comments.write', 'comments', versions(comments))

  const names = users.map(({ id, version, username, fullName, deleted }) => ({
    id,
    version,
    username,
    fullName,
    deleted,
  }))
  const following = follows.filter(there)
  await expectRows(
    'users.read',
    known('users'),
    users.map(({ id, version, username, fullName, bio, avatarUrl, deleted }) => ({
      ...{ id, version, username, fullName, bio, avatarUrl, deleted },
      followersCount: following.filter(({ followeeId }) => followeeId === id).length,
      followingCount: following.filter(({ followerId }) => followerId === id).length,
    })),
  )
  const pairs = follows.map(({ id, version, followerId, followeeId, deleted }) => ({
    ...{ id, version, followerId, followeeId },
    active: !deleted,
  }))
  await expectRows('users.read', known('follows'), pairs)
  await expectRows('posts.read', known('follows'), pairs)

  const published = posts.filter(({ deleted, draft }) => !deleted && !draft)
  await expectRows(
    'posts.read',
    known('posts'),
    posts.map(({ id, version, authorId, title, slug, body, tags, formerSlugs, deleted, draft }) => ({
      ...{ id, version, authorId, title, slug, body, tags, formerSlugs },
      visible: !deleted,
      published: !deleted && !draft,
    })),
  )
  const commentedOn = comments.filter(there).map(({ postId }) => postId)
  const favored = favorites.filter(there).map(({ postId }) => postId)
  await expectRows(
    'posts.read',
    'post_counts WHERE "commentsCount" <> 0 OR "favoritesCount" <> 0',
    [...new Set([...commentedOn, ...favored])].map((id) => ({
      ...{ id, version: 0 },
      commentsCount: commentedOn.filter((one) => one === id).length,
      favoritesCount: favored.filter((one) => one === id).length,
    })),
  )
  await expectRows(
    'posts.read',
    known('users'),
    names.map((row) => ({ ...row, postsCount: published.filter(({ authorId }) => authorId === row.id).length })),
  )
  const tags = published.flatMap((post) => post.tags as readonly string[])
  await expectRows(
    'posts.read',
    'tags WHERE "postsCount" <> 0',
    [...new Set(tags)].map((id) => ({ id, version: 0, postsCount: tags.filter((tag) => tag === id).length })),
  )
  await expectRows(
    'posts.read',
    known('favorites'),
    favorites.map(({ id, version, userId, postId, deleted }) => ({ id, version, userId, postId, active: !deleted })),
  )
  await expectRows(
    'posts.read',
    known('comments'),
    comments.map(({ id, version, postId, authorId, body, deleted, hidden }) => ({
      ...{ id, version, postId, authorId },
      body: hidden ? '' : body,
      visible: !deleted && !hidden,
      counted: !deleted,
    })),
  )

  await expectRows('comments.read', known('users'), names)
  await expectRows(
    'comments.read',
    known('comments'),
    comments.map(({ id, version, postId, authorId, ancestorIds, body, deleted, hidden }) => ({
      ...{ id, version, postId, authorId, ancestorIds, hidden },
      parentId: (ancestorIds as readonly string[]).at(-1) ?? null,
      body: hidden ? '' : body,
      visible: !deleted,
    })),
  )
  const replies = comments.filter(there).flatMap(({ ancestorIds }) => ancestorIds as readonly string[])
  await expectRows(
    'comments.read',
    'threads WHERE "descendantsCount" <> 0',
    [...new Set(replies)].map((id) => ({
      id,
      version: 0,
      descendantsCount: replies.filter((one) => one === id).length,
    })),
  )
  await expectRows(
    'comments.read',
    known('posts'),
    posts.map(({ id, version, authorId, deleted, draft }) => ({
      ...{ id, version, authorId },
      visible: !deleted,
      published: !deleted && !draft,
    })),
  )
  await expectRows(
    'comments.write',
    known('posts'),
    posts.map(({ id, version, authorId, draft, deleted }) => ({ id, version, authorId, draft, deleted })),
  )

  const gone = users.map(({ id, version, deleted }) => ({ id, version, deleted }))
  await expectRows('posts.write', known('users'), gone)
  await expectRows('comments.write', known('users'), gone)

  // Every projected table was compared.
  const read = { users: usersModel, posts: postsModel, comments: commentsModel }
  const projected = [
    ...Object.entries(read).flatMap(([service, { tables }]) => tables.map((name) => `${service}.read ${name}`)),
    ...ofPosts.tables.map((name) => `posts.write ${name}`),
    ...ofComments.tables.map((name) => `comments.write ${name}`),
  ]
  expect(projected.filter((name) => !compared.has(name))).toEqual([])
  expect(folded.size).toBe(Object.keys(topics).length)
}

const there = ({ deleted }: State) => !deleted
