import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetExpiredKeys } from '#cqrs/command/idempotency.ts'
import { createRunner } from '#cqrs/command/runner.ts'
import { PrismaClient } from '#prisma/posts/write/generated/client.ts'
import { WriteDatabaseBehind } from '#toolkit/database/faults.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { writeSide } from '../../subgraphs/posts/wiring.ts'
import { createPost } from '../../subgraphs/posts/write/commands/create-post.ts'
import { deletePost } from '../../subgraphs/posts/write/commands/delete-post.ts'
import { publishPost } from '../../subgraphs/posts/write/commands/publish-post.ts'
import { updatePost } from '../../subgraphs/posts/write/commands/update-post.ts'
import { post } from '../../subgraphs/posts/write/post.ts'
import { createStore } from '../../subgraphs/posts/write/store.ts'
import { createTestDatabase } from '../support/databases.ts'

const call = {
  caller: { userId: randomUUID(), roles: [], sessionId: null },
  address: null,
  trace: null,
}
let database: PrismaClient
let url: string
let commits = 0

beforeAll(async () => {
  const made = await createTestDatabase('posts', 'write')
  url = made.url
  const { schema } = made
  database = new PrismaClient({ adapter: prismaAdapter(url, schema) })
})
afterAll(() => database.$disconnect())

const runner = () =>
  createRunner({
    database,
    schema: 'write',
    store: createStore,
    idempotencySecret: 'a secret of sixteen',
    onCommit: () => {
      commits++
    },
  })

const newPost = (more: object = {}) => ({ title: `On Ink ${randomUUID()}`, body: 'It dries.', ...more })

async function accepted<State>(
  outcome: Promise<{ status: 'accepted'; state: State } | { status: 'rejected'; errors: unknown }>,
) {
  const settled = await outcome
  if (settled.status === 'rejected') throw new Error(`rejected: ${JSON.stringify(settled.errors)}`)
  return settled.state
}

const events = (key: string) => database.outbox.findMany({ where: { key }, orderBy: { id: 'asc' } })
const counts = async () => [
  await database.post.count(),
  await database.outbox.count(),
  await database.idempotencyKey.count(),
]

describe('an accepted command', () => {
  test('saves state and event in one transaction, and notifies after the commit', async () => {
    const before = commits
    const created = await accepted(runner()(createPost, newPost(), { ...call, trace: '00-aa-bb-01' }))
    expect(commits).toBe(before + 1)
    expect(created.version).toBe(1)
    const [event] = await events(created.id)
    expect(event).toMatchObject({
      topic: 'blog.posts.v1',
      version: 1,
      type: 'inkstream.post.created.v1',
      trace: '00-aa-bb-01',
    })
  })

  test('raises the version by one each time, and records an event for each', async () => {
    const run = runner()
    const { id } = await accepted(run(createPost, newPost(), call))
    await accepted(run(updatePost, { id, body: 'b' }, call))
    await accepted(run(deletePost, { id }, call))
    expect((await events(id)).map(({ version }) => version)).toEqual([1, 2, 3])
  })

  test('treats an explicit null like an omitted field', async () => {
    const run = runner()
    const { id, title } = await accepted(run(createPost, newPost(), call))
    expect(await accepted(run(updatePost, { id, title: null, body: 'b' }, call))).toMatchObject({ title, body: 'b' })
  })
})

describe('a command that changes nothing', () => {
  test('is accepted and writes nothing but its idempotency key', async () => {
    const run = runner()
    const { id } = await accepted(run(createPost, newPost(), call))
    const before = await counts()
    const idempotencyKey = randomUUID()
    const publish = () => run(publishPost, { id, idempotencyKey }, call)
    expect(await publish()).toMatchObject({ status: 'accepted', state: { version: 1 }, repeated: false })
    expect(await publish()).toMatchObject({ status: 'accepted', state: { version: 1 }, repeated: true })
    expect(await counts()).toEqual([before[0], before[1], (before[2] ?? 0) + 1])
  })

  test('is rejected with the current version when it expected another', async () => {
    const run = runner()
    const { id } = await accepted(run(createPost, newPost(), call))
    expect(await run(publishPost, { id, expectedVersion: 2 }, call)).toMatchObject({
      errors: [{ code: 'VERSION_CONFLICT', currentVersion: 1 }],
    })
  })
})

describe('while the write database is behind its topics', () => {
  const hold = (behind: boolean) =>
    behind
      ? database.behindLog.create({ data: { topic: 't', partition: 0, records: 1n } })
      : database.behindLog.deleteMany()

  test('a command is refused and writes nothing, but operators can still republish', async () => {
    const { id } = await accepted(runner()(createPost, newPost(), call))
    const before = await counts()
    const side = writeSide(url)
    const input = newPost({ idempotencyKey: randomUUID() })
    await hold(true)
    try {
      await expect(runner()(createPost, input, call)).rejects.toThrow(WriteDatabaseBehind)
      await expect(runner()(updatePost, { id, body: 'c' }, call)).rejects.toThrow(WriteDatabaseBehind)
      expect(await counts()).toEqual(before)
      expect(await side.republish([id])).toBe(1)
    } finally {
      await hold(false)
      await side.close()
    }
    expect(await accepted(runner()(createPost, input, call))).toMatchObject({ version: 1 })
  })
})

describe('a write alongside the command', () => {
  const createNoted = { ...createPost, name: 'CreateNoted', secrets: ['body'] as const }

  test('is in the same transaction: when it fails, no post is written', async () => {
    const before = await counts()
    const failing = { ...createNoted, alongside: () => Promise.reject(new Error('no room')) }
    await expect(runner()(failing, newPost({ idempotencyKey: randomUUID() }), call)).rejects.toThrow('no room')
    expect(await counts()).toEqual(before)
  })

  test('happens once per idempotency key; another value of a secret field is not another request', async () => {
    const written: string[] = []
    const noting = { ...createNoted, alongside: async (_: unknown, { id }: { id: string }) => void written.push(id) }
    const input = newPost({ idempotencyKey: randomUUID() })
    const first = await runner()(noting, input, call)
    const second = await runner()(noting, { ...input, body: 'typed otherwise' }, call)
    expect(first).toMatchObject({ status: 'accepted', repeated: false })
    expect(second).toMatchObject({ status: 'accepted', repeated: true })
    expect(written).toHaveLength(1)
  })
})

describe('a rejected command', () => {
  test.each([
    ['invalid input', { title: '' }, 'INVALID_INPUT', ['title']],
    ['an unknown status', { status: 'x' }, 'INVALID_INPUT', ['status']],
    ['a NUL character', { body: 'a\0b' }, 'INVALID_INPUT', ['body']],
    ['a lone surrogate', { body: '\ud800' }, 'INVALID_INPUT', ['body']],
  ])('writes nothing for %s', async (_, wrong, code, path) => {
    const before = await counts()
    const outcome = await runner()(createPost, newPost({ ...wrong, idempotencyKey: randomUUID() }), call)
    expect(outcome).toMatchObject({ status: 'rejected', errors: [{ code, path }] })
    expect(await counts()).toEqual(before)
  })

  test('writes nothing when a unique index is violated, not even its idempotency key', async () => {
    const run = runner()
    const post = newPost()
    await accepted(run(createPost, post, call))
    const before = await counts()
    const outcome = await run(createPost, { ...post, idempotencyKey: randomUUID() }, call)
    expect(outcome).toMatchObject({ status: 'rejected', errors: [{ code: 'POST_TITLE_TAKEN', path: ['title'] }] })
    expect(await counts()).toEqual(before)
  })

  test('reports the current version when another was expected', async () => {
    const run = runner()
    const { id } = await accepted(run(createPost, newPost(), call))
    await accepted(run(updatePost, { id, body: 'b', expectedVersion: 1 }, call))
    expect(await run(updatePost, { id, body: 'c', expectedVersion: 1 }, call)).toMatchObject({
      errors: [{ code: 'VERSION_CONFLICT', currentVersion: 2 }],
    })
  })
})

describe('a title', () => {
  test('is free again when its post is renamed or deleted', async () => {
    const run = runner()
    const post = newPost()
    const { id } = await accepted(run(createPost, post, call))
    await accepted(run(updatePost, { id, title: 'Another' }, call))
    const second = await accepted(run(createPost, post, call))
    await accepted(run(deletePost, { id: second.id }, call))
    await accepted(run(createPost, post, call))
  })
})

describe('concurrent commands on one post', () => {
  test('are all accepted, one after another, when none expects a version', async () => {
    const run = runner()
    const { id } = await accepted(run(createPost, newPost(), call))
    await Promise.all(Array.from({ length: 6 }, (_, n) => accepted(run(updatePost, { id, body: `b${n}` }, call))))
    expect((await events(id)).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('have exactly one winner when all expect the same version', async () => {
    const run = runner()
    const { id } = await accepted(run(createPost, newPost(), call))
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, (_, n) => run(updatePost, { id, body: `b${n}`, expectedVersion: 1 }, call)),
    )
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(1)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.errors).toMatchObject([{ code: 'VERSION_CONFLICT', currentVersion: 2 }])
  })
})

describe('an idempotency key', () => {
  test('gives equal concurrent requests one effect and equal replies', async () => {
    const run = runner()
    const input = newPost({ idempotencyKey: randomUUID() })
    const replies = await Promise.all(Array.from({ length: 5 }, () => accepted(run(createPost, input, call))))
    for (const reply of replies) expect(reply).toEqual(replies[0])
    expect(await events(replies[0]?.id ?? '')).toHaveLength(1)
  })

  test('is refused with another input', async () => {
    const run = runner()
    const idempotencyKey = randomUUID()
    await accepted(run(createPost, newPost({ idempotencyKey }), call))
    expect(await run(createPost, newPost({ idempotencyKey }), call)).toMatchObject({
      errors: [{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['idempotencyKey'] }],
    })
  })

  test('is free again after a rejection, and after a day', async () => {
    const run = runner()
    const taken = newPost()
    await accepted(run(createPost, taken, call))
    const idempotencyKey = randomUUID()
    await run(createPost, { ...taken, idempotencyKey }, call)
    await accepted(run(createPost, newPost({ idempotencyKey }), call))
    await database.$executeRaw`UPDATE "write".idempotency_key SET "createdAt" = now() - interval '25 hours' WHERE key = ${idempotencyKey}`
    await accepted(run(createPost, newPost({ idempotencyKey }), call))
  })

  test('is forgotten after a day', async () => {
    const [old, young] = [randomUUID(), randomUUID()]
    for (const idempotencyKey of [old, young]) await accepted(runner()(createPost, newPost({ idempotencyKey }), call))
    await database.$executeRaw`UPDATE "write".idempotency_key SET "createdAt" = now() - interval '25 hours' WHERE key = ${old}`
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    expect(await forgetExpiredKeys(client, 'write')).toBe(1)
    await client.end()
    expect(await database.idempotencyKey.findMany({ where: { key: { in: [old, young] } } })).toMatchObject([
      { key: young },
    ])
  })

  test('is scoped to its command', async () => {
    const run = runner()
    const idempotencyKey = randomUUID()
    const { id } = await accepted(run(createPost, newPost({ idempotencyKey }), call))
    await accepted(run(deletePost, { id, idempotencyKey }, call))
  })

  test('stores a digest of the input, and the returned state', async () => {
    const idempotencyKey = randomUUID()
    const state = await accepted(runner()(createPost, newPost({ idempotencyKey }), call))
    const row = await database.idempotencyKey.findFirstOrThrow({ where: { key: idempotencyKey } })
    expect(row.digest).toHaveLength(32)
    expect(post.decode(row.value ?? new Uint8Array(), row.version ?? 0)).toEqual(state)
  })
})
