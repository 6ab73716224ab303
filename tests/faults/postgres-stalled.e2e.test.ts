import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { freePort } from '#infra/ports.ts'
import { readTestConfig } from '../support/config.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { type OwnPostgres, startOwnPostgres } from '../support/own-servers.ts'
import { type Person, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Longer than every timeout of a connection that serves requests: see toolkit/database/settings.ts. */
const { STALL_MS } = readTestConfig()
const WRITERS = 12

const dir = mkdtempSync(join(tmpdir(), 'inkstream-stalled-'))
chmodSync(dir, 0o755) // as root, PostgreSQL runs as another user
let postgres: OwnPostgres
let stack: Stack
let watcher: pg.Client

beforeAll(async () => {
  postgres = await startOwnPostgres({ dir: join(dir, 'data'), port: await freePort() })
  stack = await startStack({ postgresUrl: postgres.url, kafkaBrokers: inject('kafkaBrokers') })
  watcher = new pg.Client({ connectionString: stack.databaseUrl('posts.write') })
  await watcher.connect()
}, 120_000)
afterAll(async () => {
  await watcher?.end()
  await stack?.stop()
  await postgres?.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** The final answer to a client under one idempotency key. */
type Settled = { readonly input: object; readonly type: string; readonly id: string; readonly version: number }

const mutations = {
  create: `mutation($input: CreatePostInput!) { it: createPost(input: $input) { post { id version } errors { code } } }`,
  update: `mutation($input: UpdatePostInput!) { it: updatePost(input: $input) { post { id version } errors { code } } }`,
}

/** Retries until the mutation is answered. */
async function settle(person: Person, type: keyof typeof mutations, input: object): Promise<Settled> {
  return vi.waitFor(
    async () => {
      const { data, errors } = await person.ask(mutations[type], { input })
      const post = data?.it?.post
      if (!post) throw new Error(JSON.stringify(errors ?? data))
      return { input, type, id: post.id, version: post.version }
    },
    { timeout: 90_000, interval: 20 },
  )
}

test('a PostgreSQL stall, a row that stays locked and a killed backend leave no partial work', async () => {
  const first = await signUp(stack.gatewayUrl)
  const people = [first]
  while (people.length < WRITERS) people.push(await signUp(stack.gatewayUrl))
  const draft = { title: 'Shared', body: 'b', idempotencyKey: randomUUID() }
  const shared = await settle(first, 'create', draft)

  const writing = new AbortController()
  const settled: { person: Person; one: Settled }[] = []
  const writers = people.map(async (person, n) => {
    while (!writing.signal.aborted) {
      const idempotencyKey = randomUUID()
      const one =
        n < 2
          ? await settle(first, 'update', { id: shared.id, body: idempotencyKey, idempotencyKey })
          : await settle(person, 'create', { title: idempotencyKey, body: 'b', status: 'PUBLISHED', idempotencyKey })
      settled.push({ person: n < 2 ? first : person, one })
    }
  })
  const more = async (count: number) => {
    const before = settled.length
    await vi.waitFor(async () => expect(settled.length).toBeGreaterThan(before + count), {
      timeout: 60_000,
      interval: 20,
    })
  }
  await more(20)

  // While a row stays locked, its commands get BUSY and the others go on.
  await watcher.query('BEGIN')
  await watcher.query('SELECT FROM write.posts WHERE id = $1 FOR UPDATE', [shared.id])
  const answer = await first.ask(mutations.update, { input: { id: shared.id, body: 'locked out' } })
  expect(answer.errors?.[0]?.extensions?.code).toBe('BUSY')
  await more(20)
  await watcher.query('COMMIT')

  await watcher.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' LIMIT 1`,
  )
  await more(20)

  const frozen = serverPids()
  for (const pid of frozen) process.kill(pid, 'SIGSTOP')
  await delay(STALL_MS)
  for (const pid of frozen) process.kill(pid, 'SIGCONT')
  await more(50)

  writing.abort()
  await Promise.all(writers)

  // Every key has one outcome, even when the command is repeated.
  for (const { person, one } of settled) {
    const again = await settle(person, one.type as keyof typeof mutations, one.input)
    expect(again).toEqual(one)
  }
  const updates = settled.filter(({ one }) => one.type === 'update').map(({ one }) => one.version)
  expect(new Set(updates).size).toBe(updates.length)
  const burned = await watcher.query(`SELECT FROM write.idempotency_key WHERE "aggregateId" IS NULL`)
  expect(burned.rowCount).toBe(0)
  await vi.waitFor(
    async () => {
      const open = await watcher.query(
        `SELECT FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND state_change < now() - interval '1 second'`,
      )
      expect(open.rowCount).toBe(0)
    },
    { timeout: 10_000, interval: 20 },
  )
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 30_000, interval: 20 })
}, 240_000)

/** The server and all its backends. */
function serverPids(): readonly number[] {
  const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', String(postgres.pid)], { encoding: 'utf8' })
  return [postgres.pid, ...listed.trim().split(/\s+/).map(Number)]
}
