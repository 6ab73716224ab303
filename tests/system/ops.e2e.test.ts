import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { rolesOf } from '#infra/topology.ts'
import { type ServiceName, serviceNames } from '#subgraphs/services.ts'
import { graphqlClient } from '../support/graphql.ts'
import { runOps } from '../support/ops-command.ts'
import { type Person, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

let stack: Stack
let ask: ReturnType<typeof graphqlClient>
let author: Person

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  ask = graphqlClient(stack.gatewayUrl)
  author = await signUp(stack.gatewayUrl)
})
afterAll(() => stack?.stop())

/** Runs `npm run ops -- …` as an operator of this stack. */
const ops = (...args: string[]) => runOps(stack, ...args)

const createPost = async (title: string): Promise<string> => {
  const { data } = await author.ask(
    'mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } errors { code } } }',
    { input: { title, body: 'b' } },
  )
  return data.createPost.post.id
}

const outboxOf = async (service: ServiceName) => {
  const client = new pg.Client({ connectionString: stack.databaseUrl(`${service}.write`) })
  await client.connect()
  try {
    return (await client.query('SELECT key, version, type FROM "write".outbox ORDER BY id')).rows
  } finally {
    await client.end()
  }
}

describe('status', () => {
  test('shows every role, and exits with 0 when all are ready', async () => {
    const { code, out } = await ops('status')
    expect(out.trim().split('\n')).toHaveLength(serviceNames.flatMap(rolesOf).length + 1)
    expect(out).toMatch(/^gateway +ready .*rateLimits counted alone/m)
    expect(out).toMatch(/^posts-relay +ready +relay pending 0, relay parked 0$/m)
    expect(out).toMatch(
      /^comments-projector +ready +read_1 lag 0, read_1 parked 0, references lag 0, references parked 0$/m,
    )
    expect(code).toBe(0)
  })

  test('reports which role does not answer, and exits with 1', async () => {
    await stack.role('users-relay').stop()
    const { code, out } = await ops('status')
    expect(out).toMatch(/^users-relay +not ready\n {4}does not answer at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/m)
    expect(code).toBe(1)
  })
})

describe('republish', () => {
  test('writes the current state of one aggregate, or of all, to the outbox', async () => {
    const first = await createPost('First')
    await createPost('Second')
    expect(await ops('republish', 'posts', first)).toMatchObject({
      code: 0,
      out: '1 written to the outbox of posts.\n',
    })
    expect(await ops('republish', 'posts')).toMatchObject({ code: 0, out: '2 written to the outbox of posts.\n' })
    await vi.waitFor(async () => expect(await outboxOf('posts')).toEqual([]), { timeout: 10_000, interval: 20 })
  })

  test.each([
    [['republish', 'likes'], /must be one of users, posts, comments/],
    [['republish', 'posts', randomUUID()], /posts has no aggregate/],
    [['republish', 'posts', '12'], /must be a UUID/],
    [['republish'], /missing required argument 'service'/],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await ops(...args)
    expect(code).toBe(1)
    expect(err).toMatch(message)
  })
})

describe('restored', () => {
  test('changes nothing when nothing was restored, while roles are running', async () => {
    const id = await createPost('Not restored')
    await vi.waitFor(async () => expect(await outboxOf('posts')).toEqual([]), { timeout: 10_000, interval: 20 })
    for (const args of [
      ['restored', 'posts', '--dry-run'],
      ['restored', 'posts'],
    ]) {
      const { code, out } = await ops(...args)
      expect(out).toContain('posts is as new as the log.')
      expect(code).toBe(0)
    }
    await createPost('Commands go on')
    await vi.waitFor(
      async () => {
        const { data } = await ask('query($id: ID!) { post(id: $id) { title version } }', { id })
        expect(data.post).toEqual({ title: 'Not restored', version: 1 })
        expect(await outboxOf('posts')).toEqual([])
      },
      { timeout: 10_000, interval: 20 },
    )
  })

  test.each([
    [['restored', 'likes'], /must be one of users, posts, comments/],
    [['restored', 'posts', '--give-up', '12'], /must be a UUID/],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await ops(...args)
    expect(code).toBe(1)
    expect(err).toMatch(message)
  })
})

describe('dead letters', () => {
  test('are listed, shown, retried and discarded', async () => {
    expect((await ops('dead-letters', 'list')).out).toBe('There are none open.\n')
    const kafka = new Kafka({ brokers: inject('kafkaBrokers').split(','), logLevel: logLevel.NOTHING })
    const producer = kafka.producer()
    await producer.connect()
    const key = randomUUID()
    await producer.send({
      topic: `${stack.prefix}blog.posts.v1`,
      messages: [{ key, value: Buffer.from([255, 255]), headers: { ce_sequence: '1' } }],
    })
    await producer.disconnect()

    // posts projects the topic once, comments twice: into its read tables and its references.
    const names = await vi.waitFor(
      async () => {
        const { out } = await ops('dead-letters', 'list')
        const names = out
          .trim()
          .split('\n')
          .map((line) => line.split(' ')[0] ?? '')
        expect(names.map((name) => name.split(':')[0])).toEqual([
          'posts.read_1',
          'comments.read_1',
          'comments.references',
        ])
        expect(out).toContain(key)
        return names
      },
      { timeout: 10_000, interval: 20 },
    )
    const [ofPosts = '', ...ofComments] = names
    expect(JSON.parse((await ops('dead-letters', 'show', ofPosts)).out)).toMatchObject({
      key,
      headers: { ce_sequence: '1' },
      value: '//8=',
      closedAt: null,
    })
    expect(await ops('dead-letters', 'retry', ofPosts)).toMatchObject({
      code: 1,
      err: expect.stringContaining('refused again'),
    })
    expect(await ops('dead-letters', 'discard', ofPosts)).toMatchObject({ code: 0 })
    expect(await ops('dead-letters', 'discard', ofPosts)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is not open'),
    })
    for (const name of ofComments) expect(await ops('dead-letters', 'discard', name)).toMatchObject({ code: 0 })
    expect((await ops('dead-letters', 'list')).out).toBe('There are none open.\n')
    expect((await ops('dead-letters', 'list', '--all')).out).toContain('discarded')
  }, 60_000)

  test('an unknown name is refused', async () => {
    expect(await ops('dead-letters', 'show', 'nonsense')).toMatchObject({
      code: 1,
      err: expect.stringContaining('names no dead letter'),
    })
  })
})

test('forget-offsets makes a service read its topics again, with the same resulting tables', async () => {
  const { out } = await ops('forget-offsets', 'comments')
  expect(out).toMatch(/comments\.read_1: 18 partitions forgotten\.\ncomments\.references: 12 partitions forgotten\./)
  stack.role('comments-projector').restart()
  await vi.waitFor(
    async () =>
      expect((await ops('status')).out).toMatch(
        /^comments-projector +ready +read_1 lag 0, read_1 parked 0, references lag 0, references parked 0$/m,
      ),
    { timeout: 10_000, interval: 20 },
  )
})
