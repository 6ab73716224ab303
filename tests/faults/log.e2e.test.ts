import kafkajs, { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { ensureTopics } from '#infra/topics.ts'
import { streamCommands } from '../support/commands-stream.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { graphqlClient } from '../support/graphql.ts'
import { runOps } from '../support/ops-command.ts'
import { readTopic } from '../support/read-topic.ts'
import { type Person, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

const admin = new Kafka({ brokers: inject('kafkaBrokers').split(','), logLevel: logLevel.NOTHING }).admin()
let stack: Stack
let ask: ReturnType<typeof graphqlClient>
let author: Person

beforeAll(async () => {
  await admin.connect()
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  ask = graphqlClient(stack.gatewayUrl)
  author = await signUp(stack.gatewayUrl)
})
afterAll(async () => {
  await stack?.stop()
  await admin.disconnect()
})

const createPost = async (title: string, body = 'b'): Promise<string> => {
  const { data } = await author.ask(
    'mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } errors { code } } }',
    { input: { title, body } },
  )
  return data.createPost.post.id
}

const titleOf = async (id: string): Promise<string | undefined> =>
  (await ask('query($id: ID!) { post(id: $id) { title } }', { id })).data.post?.title

const health = async (name: string) => {
  const response = await fetch(`http://127.0.0.1:${stack.role(name).spec.port}/health/ready`)
  const { parts } = (await response.json()) as {
    parts: Record<string, { ready: boolean; reason?: string; parked?: number }>
  }
  return { ready: response.ok, parts }
}

test('an event that Kafka refuses is parked and reported, and later events are sent', async () => {
  const topic = stack.prefix + topics.posts.name
  const limit = async (bytes: string) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          // The request replaces all settings of the topic, so repeat the others.
          configEntries: Object.entries({
            ...topics.posts.config,
            'min.insync.replicas': '1',
            'max.message.bytes': bytes,
          }).map(([name, value]) => ({ name, value })),
        },
      ],
    })
  await limit('20000')
  const large = await createPost('Too large', 'x'.repeat(50_000))
  const behind = await Promise.all(['First behind', 'Second behind', 'Third behind'].map((title) => createPost(title)))

  for (const id of behind)
    await vi.waitFor(async () => expect(await titleOf(id)).toMatch(/behind$/), { timeout: 10_000, interval: 20 })
  expect(await titleOf(large)).toBeUndefined()
  await vi.waitFor(async () => expect((await health('posts-relay')).parts.relay?.parked).toBe(1), {
    timeout: 10_000,
    interval: 20,
  })
  expect((await runOps(stack, 'status')).out).toMatch(/^posts-relay +ready +relay pending 0, relay parked 1$/m)

  // With the cause fixed, the event is sent again and the entry is closed.
  await limit(topics.posts.config['max.message.bytes'] ?? '')
  expect(await runOps(stack, 'republish', 'posts', large)).toMatchObject({ code: 0 })
  await vi.waitFor(async () => expect(await titleOf(large)).toBe('Too large'), { timeout: 10_000, interval: 20 })
  await vi.waitFor(async () => expect((await health('posts-relay')).parts.relay?.parked).toBe(0), {
    timeout: 10_000,
    interval: 20,
  })
})

test('an old state after a newer one changes no table and is repaired in the log', async () => {
  const id = await createPost('Old')
  const { data } = await author.ask(
    'mutation($input: UpdatePostInput!) { updatePost(input: $input) { post { version } errors { code } } }',
    { input: { id, title: 'New' } },
  )
  expect(data.updatePost).toEqual({ post: { version: 2 }, errors: [] })
  await vi.waitFor(async () => expect(await titleOf(id)).toBe('New'), { timeout: 10_000, interval: 20 })

  const topic = stack.prefix + topics.posts.name
  const recordsOfPost = async () => (await readTopic(stack.kafkaBrokers, topic)).filter(({ key }) => key === id)
  const [old] = await recordsOfPost()
  if (!old) throw new Error('the log has no record of the post')
  const broker = createKafkaBroker({
    brokers: stack.kafkaBrokers.split(','),
    clientId: 'a leader that was frozen',
    log: pino({ level: 'silent' }),
  })
  const producer = await broker.createProducer()
  await producer.send([{ topic, key: id, value: old.value, headers: { ce_sequence: '1' } }])
  await producer.close()
  await broker.close()

  await vi.waitFor(async () => expect((await recordsOfPost()).map(({ version }) => version)).toEqual([1, 2, 1, 2]), {
    timeout: 10_000,
    interval: 20,
  })
  expect(await titleOf(id)).toBe('New')
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 10_000, interval: 20 })
})

test('a recreated topic stops its readers, and the remedy that they report works', async () => {
  const stream = streamCommands(stack.gatewayUrl, { clients: 2, rounds: 2 })
  await stream.done
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 10_000, interval: 20 })

  await admin.deleteTopics({ topics: [stack.prefix + topics.comments.name] })
  const broker = createKafkaBroker({
    brokers: stack.kafkaBrokers.split(','),
    clientId: 'somebody',
    log: pino({ level: 'silent' }),
  })
  await vi.waitFor(() => ensureTopics(broker, { prefix: stack.prefix, replication: 1, minInsyncReplicas: 1 }), {
    timeout: 10_000,
    interval: 20,
  })
  await broker.close()

  const readers = ['posts', 'comments'] as const
  for (const service of readers) {
    const reason = await vi.waitFor(
      async () => {
        const { ready, parts } = await health(`${service}-projector`)
        expect(ready).toBe(false)
        expect(parts.read_1?.reason).toContain('the topic was created again')
        return parts.read_1?.reason ?? ''
      },
      { timeout: 20_000, interval: 20 },
    )
    expect((await runOps(stack, 'status')).out).toContain(reason)
    expect(reason).toContain(`\`npm run ops -- forget-offsets ${service}\``)
    expect(reason).toContain('`npm run ops -- republish <service>`')
  }
  const { parts: relay } = await vi.waitFor(
    async () => {
      const found = await health('comments-relay')
      expect(found.ready).toBe(false)
      expect(found.parts.relay?.reason).toMatch(/\/\d+ was written up to offset \d+ and ends at 0/)
      return found
    },
    { timeout: 10_000, interval: 20 },
  )
  expect(relay.relay?.reason).toContain('`npm run ops -- republish comments --new-log`')
  // Queries are still answered from the existing tables, and commands are still accepted.
  expect((await ask('{ posts { nodes { comments { totalCount } } } }')).errors).toBeUndefined()
  const late = await createPost('Meanwhile')

  for (const service of readers) {
    expect(await runOps(stack, 'forget-offsets', service)).toMatchObject({ code: 0 })
    stack.role(`${service}-projector`).restart()
  }
  expect(await runOps(stack, 'republish', 'comments', '--new-log')).toMatchObject({ code: 0 })
  await vi.waitFor(async () => expect((await health('comments-relay')).ready).toBe(true), {
    timeout: 20_000,
    interval: 20,
  })
  for (const service of readers)
    await vi.waitFor(async () => expect((await health(`${service}-projector`)).ready).toBe(true), {
      timeout: 20_000,
      interval: 20,
    })
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 10_000, interval: 20 })
  await vi.waitFor(async () => expect(await titleOf(late)).toBe('Meanwhile'), { timeout: 10_000, interval: 20 })
}, 90_000)
