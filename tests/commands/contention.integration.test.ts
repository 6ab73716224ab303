import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createRunner } from '#cqrs/command/runner.ts'
import { PrismaClient } from '#prisma/posts/write/generated/client.ts'
import { databaseFault } from '#toolkit/database/faults.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { requestBounds } from '#toolkit/database/settings.ts'
import { createPost } from '../../subgraphs/posts/write/commands/create-post.ts'
import { updatePost } from '../../subgraphs/posts/write/commands/update-post.ts'
import { createStore } from '../../subgraphs/posts/write/store.ts'
import { createTestDatabase } from '../support/databases.ts'

const call = { caller: { userId: randomUUID(), roles: [], sessionId: null }, address: null, trace: null }
/** The production bounds, with a shorter lock timeout. */
const bounds = { ...requestBounds, lock: 500 }
let url: string
/** One for each of two simulated processes. */
let databases: readonly PrismaClient[]
let other: pg.Client

beforeAll(async () => {
  url = (await createTestDatabase('posts', 'write')).url
  databases = [1, 2].map(() => new PrismaClient({ adapter: prismaAdapter(url, 'write', bounds) }))
  other = new pg.Client({ connectionString: url })
  await other.connect()
})
afterAll(() => Promise.all([other.end(), ...databases.map((database) => database.$disconnect())]))

const runnerOn = (database: PrismaClient) =>
  createRunner({
    database,
    schema: 'write',
    store: createStore,
    idempotencySecret: 'a secret of sixteen',
    onCommit: () => undefined,
  })
let runners: ReturnType<typeof runnerOn>[]
let run: ReturnType<typeof runnerOn>
beforeEach(() => {
  runners = databases.map(runnerOn)
  run = runners[0] as typeof run
})

const newPost = (more: object = {}) => ({ title: `On Ink ${randomUUID()}`, body: 'It dries.', ...more })

async function created(): Promise<string> {
  const outcome = await run(createPost, newPost(), call)
  if (outcome.status === 'rejected') throw new Error(JSON.stringify(outcome.errors))
  return outcome.state.id
}

const versionsOf = async (id: string) =>
  (await databases[0]?.outbox.findMany({ where: { key: id }, orderBy: { id: 'asc' } }))?.map(({ version }) => version)

test('accepts 64 concurrent updates of one post, from two processes, in some order', async () => {
  const id = await created()
  const outcomes = await Promise.all(
    Array.from({ length: 64 }, async (_, n) => runners[n % 2]?.(updatePost, { id, body: `b${n}` }, call)),
  )
  expect(outcomes.map((outcome) => outcome?.status)).toEqual(Array(64).fill('accepted'))
  expect(await versionsOf(id)).toEqual(Array.from({ length: 65 }, (_, n) => n + 1))
})

describe('a row that another session keeps locked', () => {
  let id: string
  beforeEach(async () => {
    id = await created()
    await other.query('BEGIN')
    await other.query('SELECT FROM write.posts WHERE id = $1 FOR UPDATE', [id])
    return () => other.query('ROLLBACK')
  })

  test('makes its commands answer BUSY in bounded time, and does not affect other commands', async () => {
    const began = performance.now()
    const stuck = Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => run(updatePost, { id, body: `b${n}`, idempotencyKey: randomUUID() }, call)),
    )
    for (let n = 0; n < 20; n++) expect(await run(createPost, newPost(), call)).toMatchObject({ status: 'accepted' })
    const othersTook = performance.now() - began
    const outcomes = await stuck
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && databaseFault(outcome.reason))).toEqual(
      Array(40).fill('BUSY'),
    )
    expect(performance.now() - began).toBeLessThan(12_000)
    expect(othersTook).toBeLessThan(performance.now() - began)
  })

  test('leaves no trace of them: the key stays usable, and the retry has one outcome', async () => {
    const input = { id, body: 'again', idempotencyKey: randomUUID() }
    await expect(run(updatePost, input, call)).rejects.toSatisfy((error) => databaseFault(error) === 'BUSY')
    const { rows } = await other.query(
      `SELECT count(*)::int AS open FROM pg_stat_activity
       WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()`,
    )
    expect(rows).toEqual([{ open: 0 }])
    await other.query('ROLLBACK')
    const [first, second] = [await run(updatePost, input, call), await run(updatePost, input, call)]
    expect(first).toMatchObject({ status: 'accepted', repeated: false, state: { version: 2, body: 'again' } })
    expect(second).toMatchObject({ status: 'accepted', repeated: true, state: { version: 2, body: 'again' } })
    expect(await versionsOf(id)).toEqual([1, 2])
    await other.query('BEGIN')
  })
})

test('a claimed key without an outcome counts as unused', async () => {
  const idempotencyKey = randomUUID()
  const scope = `${createPost.name}:${call.caller.userId}`
  await other.query(`INSERT INTO write.idempotency_key (scope, key, digest) VALUES ($1, $2, '\\x00')`, [
    scope,
    idempotencyKey,
  ])
  const input = newPost({ idempotencyKey })
  expect(await run(createPost, input, call)).toMatchObject({ status: 'accepted', repeated: false })
  expect(await run(createPost, input, call)).toMatchObject({ status: 'accepted', repeated: true })
})
