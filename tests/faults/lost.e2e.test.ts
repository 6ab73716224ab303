import { Kafka, logLevel } from 'kafkajs'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { migrate } from '#infra/migrations/migrate.ts'
import { ensureServiceUser } from '#infra/migrations/service-users.ts'
import { type Supervised, supervise } from '#infra/supervisor/supervisor.ts'
import { ensureTopics } from '#infra/topics.ts'
import { serviceNames } from '#subgraphs/services.ts'
import { streamCommands } from '../support/commands-stream.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { runOps } from '../support/ops-command.ts'
import { type Person, signUp } from '../support/sign-up.ts'
import { type Stack, startStack } from '../support/stack.ts'

/** Follows docs/guides/backup.md: "A read database was lost", "Kafka is lost". */

let stack: Stack
let author: Person
/** Roles that were stopped and started again. */
const restarted = new Map<string, Supervised>()

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: inject('kafkaBrokers') })
  author = await signUp(stack.gatewayUrl)
  await streamCommands(stack.gatewayUrl, { clients: 2, rounds: 2 }).done
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 30_000, interval: 20 })
})
afterAll(async () => {
  await Promise.all([...restarted.values()].map((role) => role.stop()))
  await stack?.stop()
})

const role = (name: string) => restarted.get(name) ?? stack.role(name)
const health = async (name: string) => {
  const response = await fetch(`http://127.0.0.1:${role(name).spec.port}/health/ready`)
  return { ready: response.ok, body: await response.text() }
}
const isReady = (name: string) =>
  vi.waitFor(async () => expect((await health(name)).ready).toBe(true), { timeout: 30_000, interval: 20 })

test('a read database that was lost is projected again from the beginning', async () => {
  const roles = ['posts-api', 'posts-projector']
  await Promise.all(roles.map((name) => role(name).stop()))
  const url = stack.databaseUrl('posts.read')
  const client = new pg.Client(url)
  await client.connect()
  await client.query('DROP SCHEMA read_1 CASCADE')
  await client.end()
  // As `npm run migrate` does, with DATABASE_PASSWORDS.
  await migrate({ service: 'posts', side: 'read' }, url, 'read_1')
  const own = new URL(role('posts-api').spec.env.READ_DATABASE_URL ?? '')
  await ensureServiceUser(url, own.username, decodeURIComponent(own.password))
  for (const name of roles) restarted.set(name, supervise(role(name).spec, { logsDir: stack.logsDir }))
  for (const name of roles) await isReady(name)
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 30_000, interval: 20 })
}, 120_000)

test('a new log gets every state once an operator confirms the log', async () => {
  const admin = new Kafka({ brokers: stack.kafkaBrokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: Object.values(topics).map(({ name }) => stack.prefix + name) })
  await admin.disconnect()
  // As `npm run topics` does.
  const broker = createKafkaBroker({
    brokers: stack.kafkaBrokers.split(','),
    clientId: 'topics',
    log: pino({ level: 'silent' }),
  })
  await vi.waitFor(() => ensureTopics(broker, { prefix: stack.prefix, replication: 1, minInsyncReplicas: 1 }), {
    timeout: 10_000,
    interval: 20,
  })
  await broker.close()
  for (const service of serviceNames)
    for (const [name, remedy] of [
      [`${service}-relay`, `republish ${service} --new-log`],
      [`${service}-projector`, `forget-offsets ${service}`],
    ] as const)
      await vi.waitFor(
        async () => expect(await health(name)).toMatchObject({ ready: false, body: expect.stringContaining(remedy) }),
        { timeout: 30_000, interval: 20 },
      )
  // Commands are still accepted; their events wait in the outbox.
  const { data } = await author.ask(
    'mutation($input: CreatePostInput!) { createPost(input: $input) { post { id } errors { code } } }',
    { input: { title: 'While Kafka was lost', body: 'b' } },
  )
  expect(data.createPost.errors).toEqual([])

  for (const service of serviceNames) {
    expect(await runOps(stack, 'forget-offsets', service)).toMatchObject({ code: 0 })
    expect(await runOps(stack, 'republish', service, '--new-log')).toMatchObject({ code: 0 })
    await isReady(`${service}-relay`)
    role(`${service}-projector`).restart()
    await isReady(`${service}-projector`)
  }
  // Compares the log with the write databases, and the read tables with the log.
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 30_000, interval: 20 })
  const found = await author.ask('query($id: ID!) { post(id: $id) { title } }', { id: data.createPost.post.id })
  expect(found.data.post).toEqual({ title: 'While Kafka was lost' })
}, 180_000)
