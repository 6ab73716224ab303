import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import type { KafkaOptions } from '#infra/kafka/kafka.ts'
import { freePort } from '#infra/ports.ts'
import { streamCommands } from '../support/commands-stream.ts'
import { expectTablesToEqualFold } from '../support/fold-equals-tables.ts'
import { graphqlClient } from '../support/graphql.ts'
import { type OwnKafka, startOwnKafka } from '../support/own-servers.ts'
import { jarsDir } from '../support/servers.ts'
import { type Stack, startStack } from '../support/stack.ts'

const dir = mkdtempSync(join(tmpdir(), 'inkstream-kafka-'))
let options: KafkaOptions
let kafka: OwnKafka
let stack: Stack
let ask: ReturnType<typeof graphqlClient>

beforeAll(async () => {
  options = { dir, jarsDir, port: await freePort(), controllerPort: await freePort() }
  kafka = await startOwnKafka(options)
  stack = await startStack({ postgresUrl: inject('postgresUrl'), kafkaBrokers: kafka.brokers })
  ask = graphqlClient(stack.gatewayUrl)
})
afterAll(async () => {
  await stack?.stop()
  await kafka?.stop()
  rmSync(dir, { recursive: true, force: true })
})

const outboxRows = async (): Promise<number> => {
  let rows = 0
  for (const side of ['users.write', 'posts.write', 'comments.write'] as const) {
    const client = new pg.Client({ connectionString: stack.databaseUrl(side) })
    await client.connect()
    rows += (await client.query(`SELECT count(*)::int AS n FROM "write".outbox`)).rows[0].n
    await client.end()
  }
  return rows
}

const ready = async (name: string) => (await fetch(`http://127.0.0.1:${stack.role(name).spec.port}/health/ready`)).ok

test('while Kafka is stopped, mutations and queries work; when it is back, every event arrives once', async () => {
  const before = streamCommands(stack.gatewayUrl, { clients: 1, rounds: 2 })
  await before.done
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 10_000, interval: 20 })

  await kafka.stop()
  const during = streamCommands(stack.gatewayUrl, { clients: 2, rounds: 4, skipComments: true })
  await during.done
  expect(await outboxRows()).toBeGreaterThan(10)
  const { data, errors } = await ask('{ posts(first: 1) { totalCount nodes { title author { fullName bio } } } }')
  expect(errors).toBeUndefined()
  expect(data.posts.totalCount).toBe(before.posts.length - before.deletedPosts.length)
  // The outage must not affect the apis; the relay and the projector report that they are not ready.
  expect(await ready('posts-api')).toBe(true)
  await vi.waitFor(async () => expect(await ready('posts-relay')).toBe(false), { timeout: 20_000, interval: 20 })
  await vi.waitFor(async () => expect(await ready('posts-projector')).toBe(false), { timeout: 60_000, interval: 20 })

  kafka = await startOwnKafka(options)
  await vi.waitFor(async () => expect(await outboxRows()).toBe(0), { timeout: 60_000, interval: 20 })
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 60_000, interval: 20 })
  const after = await ask('{ posts(first: 1) { totalCount } }')
  expect(after.data.posts.totalCount).toBe(
    before.posts.length + during.posts.length - before.deletedPosts.length - during.deletedPosts.length,
  )
  for (const name of ['users-relay', 'posts-projector', 'comments-projector'])
    await vi.waitFor(async () => expect(await ready(name)).toBe(true), { timeout: 30_000, interval: 20 })
}, 240_000)

test('when Kafka freezes longer than the send timeout and then continues, the outbox drains', async () => {
  process.kill(kafka.pid, 'SIGSTOP')
  const during = streamCommands(stack.gatewayUrl, { clients: 1, rounds: 3, skipComments: true })
  await during.done
  // Once the relay is not ready, a send has failed.
  await vi.waitFor(async () => expect(await ready('posts-relay')).toBe(false), { timeout: 60_000, interval: 20 })
  process.kill(kafka.pid, 'SIGCONT')
  await vi.waitFor(async () => expect(await outboxRows()).toBe(0), { timeout: 60_000, interval: 20 })
  await vi.waitFor(() => expectTablesToEqualFold(stack), { timeout: 60_000, interval: 20 })
}, 200_000)
