import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { expect, inject, test, vi } from 'vitest'
import { topics } from '#contracts/topics.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { topicSpec } from '#cqrs/broker/topics.ts'
import { post as somePost } from '../../subgraphs/posts/write/post.fixture.ts'
import { post } from '../../subgraphs/posts/write/post.ts'
import { childEnvironment } from '../support/child-environment.ts'
import { createTestDatabase } from '../support/databases.ts'

/** Enough for many pages in each step; 2,000,000 only take longer. */
const ROWS = 20_000
/** How many of them have a newer state in the log. */
const NEWER = 1_000

test('a large table is rolled forward in pages, with progress', async () => {
  const { url } = await createTestDatabase('posts', 'write')
  const prefix = `size_${randomBytes(4).toString('hex')}.`
  const kafkaBrokers = inject('kafkaBrokers')
  const log = pino({ level: 'silent' })
  const broker = createKafkaBroker({ brokers: kafkaBrokers.split(','), clientId: 'size', log })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const owned = [topics.posts, topics.favorites]
    await broker.createTopics(owned.map((topic) => topicSpec(topic, { prefix, replication: 1, minInsyncReplicas: 1 })))
    for (const { name } of owned)
      await vi.waitFor(() => broker.watermarks(prefix + name), { timeout: 10_000, interval: 20 })
    await client.query(
      `INSERT INTO "write".posts (id, version, "authorId", title, "titleKey", slug, body, "createdAt", "updatedAt")
       SELECT gen_random_uuid(), 1, gen_random_uuid(), 'Post ' || n, 'Post ' || n, 'post-' || n, 'Body.', now(), now()
       FROM generate_series(1, $1::int) n`,
      [ROWS],
    )
    await client.query('ANALYZE "write".posts')
    const { rows } = await client.query<{ id: string }>(`SELECT id FROM "write".posts LIMIT $1`, [NEWER])
    const producer = await broker.createProducer()
    const newer = rows.map(({ id }, n) => ({
      ...somePost,
      id,
      authorId: randomUUID(),
      title: `Newer ${n}`,
      version: 2,
    }))
    await producer.send(
      newer.map((state) => ({
        topic: prefix + topics.posts.name,
        key: state.id,
        value: post.encode(state),
        headers: { ce_sequence: '2', ce_id: randomUUID(), ce_time: new Date().toISOString() },
      })),
    )
    await producer.close()

    const { out, err } = await restored({
      POSTS_WRITE_DATABASE_URL: url,
      POSTGRES_URL: inject('postgresUrl'),
      KAFKA_BROKERS: kafkaBrokers,
      TOPIC_PREFIX: prefix,
    })
    expect(err).toContain(`${NEWER} of ${NEWER} records read`)
    expect(err).toContain(`${NEWER} of ${NEWER} states written`)
    expect(err).toContain(`${ROWS} of ${ROWS} rows compared`)
    expect(out).toContain(`newer in the log, written here: ${NEWER}.`)
    expect(out).toContain(`sent to it again: ${ROWS - NEWER}.`)
    expect((await client.query(`SELECT FROM "write".posts WHERE version = 2`)).rowCount).toBe(NEWER)
    expect((await client.query(`SELECT FROM "write".outbox`)).rowCount).toBe(ROWS - NEWER)
  } finally {
    await client.end()
    await broker.close()
  }
}, 120_000)

const restored = (env: Record<string, string>) =>
  new Promise<{ out: string; err: string }>((resolve, reject) =>
    execFile(
      process.execPath,
      [join(import.meta.dirname, '..', '..', 'ops', 'main.ts'), 'restored', 'posts'],
      { env: { ...childEnvironment(), ...env } },
      (error, out, err) => (error ? reject(new Error(`${error.message}\n${out}${err}`)) : resolve({ out, err })),
    ),
  )
