import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { apiConfig } from '#cqrs/roles/config.ts'
import { freePort } from '#infra/ports.ts'
import { api } from '#subgraphs/comments/roles/api.ts'
import { service } from '#subgraphs/comments/service.ts'
import { parseConfig } from '#toolkit/process/config.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import { signedHeaders } from '#toolkit/trust/signed-headers.ts'
import { createTestDatabase } from '../support/databases.ts'

/** The api of comments alone: this file projects by hand, so that it decides when something comes. */
let parts: readonly Part[] = []
let url: URL
let read: pg.Client
let write: pg.Client
const author = { userId: randomUUID(), roles: [] as string[], sessionId: null }

beforeAll(async () => {
  const [reads, writes, port] = await Promise.all([
    createTestDatabase('comments', 'read'),
    createTestDatabase('comments', 'write'),
    freePort(),
  ])
  read = new pg.Client(reads.url)
  write = new pg.Client(writes.url)
  await Promise.all([read.connect(), write.connect()])
  url = new URL(`http://127.0.0.1:${port}/graphql`)
  const parsed = parseConfig(apiConfig(service), {
    PORT: String(port),
    WRITE_DATABASE_URL: writes.url,
    READ_DATABASE_URL: reads.url,
    IDEMPOTENCY_SECRET: 'a secret of these tests',
    CALLER_KEYS: 'gateway=1:a secret of these tests',
    TOPIC_PREFIX: 't.',
  })
  if (!('config' in parsed)) throw new Error(parsed.problems.join())
  parts = api(parsed.config, pino({ level: 'silent' }))
  for (const part of parts) await part.start()
})
afterAll(async () => {
  for (const part of parts.toReversed()) await part.stop()
  await Promise.all([read?.end(), write?.end()])
})
afterEach(() => read.query('DELETE FROM read_1.dead_letter'))

type Asked = { readonly require: readonly (readonly [string, string, number])[]; readonly waitMs: number }

async function ask(query: string, variables: object = {}, consistency?: Asked | unknown) {
  const body = JSON.stringify({ query, variables, ...(consistency ? { extensions: { consistency } } : {}) })
  const key = { id: '1', secret: 'a secret of these tests' }
  const headers = signedHeaders('gateway', key, { url, body, call: { caller: author, address: null, trace: null } })
  const began = performance.now()
  const response = await fetch(url, { method: 'POST', headers, body })
  // biome-ignore lint/suspicious/noExplicitAny: tests assert the shape of a reply; a type would repeat it
  const { data, errors, extensions } = (await response.json()) as any
  return { data, errors, consistency: extensions?.consistency, ms: performance.now() - began }
}

const POSTS = 'blog.posts.v1'
const COMMENTS = 'blog.comments.v1'
const none = { require: [], waitMs: 1_000 }
const requiring = (...require: (readonly [string, string, number])[]): Asked => ({ require, waitMs: 1_000 })

const createMutation = `mutation($postId: ID!, $key: String) { createComment(input: { postId: $postId, body: "Ink", idempotencyKey: $key }) {
  comment { id version } errors { code } } }`
const comments = `query($r: [_Any!]!) { _entities(representations: $r) { ... on Post { comments { totalCount } } } }`
const countOf = (postId: string) => ({ r: [{ __typename: 'Post', id: postId }] })

const announce = (client: pg.Client, schema: string) => client.query(`SELECT pg_notify('${schema}_projected', '')`)
async function projectReference(postId: string, version = 1) {
  await write.query(
    `INSERT INTO write.posts (id, version, "authorId") VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET version = $2`,
    [postId, version, author.userId],
  )
  await announce(write, 'write')
}
async function projectPost(postId: string, version = 1) {
  await read.query(
    `INSERT INTO read_1.posts (id, version, "authorId", visible, published) VALUES ($1, $2, $3, true, true)
     ON CONFLICT (id) DO UPDATE SET version = $2`,
    [postId, version, author.userId],
  )
  await announce(read, 'read_1')
}
async function projectComment(id: string, postId: string, version = 1) {
  await read.query(
    `INSERT INTO read_1.comments (id, version, "postId", "authorId", visible) VALUES ($1, $2, $3, $4, true)
     ON CONFLICT (id) DO UPDATE SET version = $2`,
    [id, version, postId, author.userId],
  )
  await announce(read, 'read_1')
}
const after = (ms: number, work: () => Promise<unknown>) => delay(ms).then(work)

describe('a command', () => {
  test('reports what it wrote, when it was asked', async () => {
    const postId = randomUUID()
    await projectReference(postId)
    const { data, consistency } = await ask(createMutation, { postId }, none)
    const { id } = data.createComment.comment
    expect(consistency).toEqual({ wrote: [[COMMENTS, id, 1]], behind: [], waitedMs: 0 })
    expect((await ask(createMutation, { postId })).consistency).toBeUndefined()
  })

  test('reports the state that it found when it wrote nothing: repeated, unchanged, in conflict', async () => {
    const postId = randomUUID()
    await projectReference(postId)
    const key = randomUUID()
    const { data } = await ask(createMutation, { postId, key }, none)
    const { id } = data.createComment.comment
    const wrote = [[COMMENTS, id, 1]]
    expect((await ask(createMutation, { postId, key }, none)).consistency.wrote).toEqual(wrote)
    const edit = `mutation($id: ID!, $version: Int, $body: String!) { editComment(input: { id: $id, body: $body, expectedVersion: $version }) {
      comment { version } errors { code currentVersion } } }`
    const unchanged = await ask(edit, { id, body: 'Ink' }, none)
    expect(unchanged.data.editComment).toEqual({ comment: { version: 1 }, errors: [] })
    expect(unchanged.consistency.wrote).toEqual(wrote)
    const conflict = await ask(edit, { id, body: 'Other', version: 7 }, none)
    expect(conflict.data.editComment.errors).toEqual([{ code: 'VERSION_CONFLICT', currentVersion: 1 }])
    expect(conflict.consistency.wrote).toEqual(wrote)
    const missing = await ask(edit, { id: randomUUID(), body: 'Other' }, none)
    expect(missing.consistency.wrote).toEqual([])
  })

  test('waits for the references that it must see', async () => {
    const postId = randomUUID()
    const projected = after(150, () => projectReference(postId))
    const { data, consistency, ms } = await ask(createMutation, { postId }, requiring([POSTS, postId, 1]))
    await projected
    expect(data.createComment.errors).toEqual([])
    expect(consistency).toMatchObject({ wrote: [[COMMENTS, expect.any(String), 1]], behind: [] })
    expect(consistency.waitedMs).toBeGreaterThan(100)
    expect(ms).toBeLessThan(1_000)
  })

  test('that is behind may be rejected, and says so', async () => {
    const postId = randomUUID()
    const { data, consistency, ms } = await ask(createMutation, { postId }, requiring([POSTS, postId, 1]))
    expect(data.createComment.errors).toEqual([{ code: 'POST_NOT_FOUND' }])
    expect(consistency).toMatchObject({ wrote: [], behind: [[POSTS, postId, 1, 'late']] })
    expect(consistency.waitedMs).toBeGreaterThanOrEqual(1_000)
    expect(ms).toBeLessThan(1_500)
  })
})

describe('a read', () => {
  test('waits for what it must see, whichever way it asks the database', async () => {
    const [postId, id] = [randomUUID(), randomUUID()]
    await projectPost(postId)
    const projected = after(150, () => projectComment(id, postId))
    const { data, consistency } = await ask(comments, countOf(postId), requiring([COMMENTS, id, 1]))
    await projected
    expect(data._entities).toEqual([{ comments: { totalCount: 1 } }])
    expect(consistency).toMatchObject({ wrote: [], behind: [] })
  })

  test('in a mutation waits for what the mutation itself wrote', async () => {
    const postId = randomUUID()
    await Promise.all([projectReference(postId), projectPost(postId)])
    let id: string | undefined
    const projected = vi.waitFor(async () => {
      const { rows } = await write.query<{ id: string }>('SELECT id FROM write.comments WHERE "postId" = $1', [postId])
      id = rows[0]?.id
      expect(id).toBeDefined()
    }, 2_000)
    const asked = ask(
      `mutation($postId: ID!) { createComment(input: { postId: $postId, body: "Ink" }) {
        comment { id post { comments { totalCount } } } errors { code } } }`,
      { postId },
      none,
    )
    await projected
    await projectComment(id as string, postId)
    const { data, consistency } = await asked
    expect(data.createComment).toEqual({ comment: { id, post: { comments: { totalCount: 1 } } }, errors: [] })
    expect(consistency).toMatchObject({ wrote: [[COMMENTS, id, 1]], behind: [] })
  })

  test('of only what the command returns waits for nothing', async () => {
    const postId = randomUUID()
    await projectReference(postId)
    const { consistency } = await ask(createMutation, { postId }, none)
    expect(consistency.waitedMs).toBe(0)
  })

  test('does not wait for a dead letter, unless it is of an older version, or closed', async () => {
    const postId = randomUUID()
    await projectPost(postId)
    const [parked, older, closed] = [randomUUID(), randomUUID(), randomUUID()]
    const letter = (key: string, version: number, offset: number, closedAt: string | null) =>
      read.query(
        `INSERT INTO read_1.dead_letter (topic, partition, "offset", key, headers, error, "closedAt")
         VALUES ('t.blog.comments.v1', 0, $3, $1, jsonb_build_object('ce_sequence', $2::text), 'x', $4)`,
        [key, String(version), offset, closedAt],
      )
    await letter(parked, 2, 1, null)
    await letter(older, 1, 2, null)
    await letter(closed, 2, 3, '2026-01-01')
    const at = async (id: string) => await ask(comments, countOf(postId), { require: [[COMMENTS, id, 2]], waitMs: 50 })
    expect((await at(parked)).consistency).toEqual({
      wrote: [],
      behind: [[COMMENTS, parked, 2, 'parked']],
      waitedMs: 0,
    })
    expect((await at(older)).consistency.behind).toEqual([[COMMENTS, older, 2, 'late']])
    expect((await at(closed)).consistency.behind).toEqual([[COMMENTS, closed, 2, 'late']])
  })

  test('has one deadline for all that it must see', async () => {
    const postId = randomUUID()
    await projectPost(postId)
    const ids = Array.from({ length: 40 }, () => randomUUID())
    const { consistency, ms } = await ask(comments, countOf(postId), {
      require: ids.map((id) => [COMMENTS, id, 1]),
      waitMs: 300,
    })
    expect(consistency.behind).toHaveLength(40)
    expect(ms).toBeLessThan(800)
  })
})

describe('ignored, as if nothing had been asked, is', () => {
  test('what this service does not keep', async () => {
    const postId = randomUUID()
    const { consistency } = await ask(comments, countOf(postId), {
      require: [
        ['blog.favorites.v1', randomUUID(), 1],
        ['other', randomUUID(), 1],
      ],
      waitMs: 1_000,
    })
    expect(consistency).toEqual({ wrote: [], behind: [], waitedMs: 0 })
  })

  test.each([
    ['no list', { require: {}, waitMs: 1 }],
    ['a key that is no id', { require: [[COMMENTS, "'; DROP TABLE", 1]], waitMs: 1 }],
    ['a version of 0', { require: [[COMMENTS, randomUUID(), 0]], waitMs: 1 }],
    ['no time to wait', { require: [[COMMENTS, randomUUID(), 1]] }],
    ['more time than a request has', { require: [[COMMENTS, randomUUID(), 1]], waitMs: 1e9 }],
    ['more entries than a gateway sends', { require: Array(1_001).fill([COMMENTS, randomUUID(), 1]), waitMs: 1 }],
    ['a text', 'yes'],
  ])('%s', async (_, consistency) => {
    const answer = await ask(comments, countOf(randomUUID()), consistency)
    expect(answer.data._entities).toHaveLength(1)
    expect(answer.errors).toBeUndefined()
    expect(answer.consistency).toBeUndefined()
  })
})

test('300 requests that wait do not hold up others', async () => {
  const postId = randomUUID()
  await projectPost(postId)
  const waiting = async () => {
    const metrics = await (await fetch(new URL('/metrics', url))).text()
    return Number(/^consistency_waiting\{[^}]*\} (\d+)$/m.exec(metrics)?.[1])
  }
  const timesOf = async (count: number) => {
    const times: number[] = []
    for (let n = 0; n < count; n++) times.push((await ask(comments, countOf(postId))).ms)
    return times.toSorted((a, b) => a - b)
  }
  const median = (times: readonly number[]) => times[Math.floor(times.length / 2)] as number
  await timesOf(100)
  const ids = Array.from({ length: 300 }, () => randomUUID())
  const asked = ids.map((id) => ask(comments, countOf(postId), { require: [[COMMENTS, id, 1]], waitMs: 20_000 }))
  await vi.waitFor(async () => expect(await waiting()).toBe(300), 15_000)
  const beside = await timesOf(200)
  expect(await waiting()).toBe(300)
  for (const id of ids) await projectComment(id, postId)
  for (const { consistency } of await Promise.all(asked)) expect(consistency.behind).toEqual([])
  const alone = await timesOf(200)
  // This process sends, serves and measures, all at once: the slowest of 200 say more about the machine.
  expect(median(beside)).toBeLessThan(2 * median(alone) + 5)
}, 60_000)
