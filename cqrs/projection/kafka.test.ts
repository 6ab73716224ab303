import { randomBytes } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { afterAll, beforeEach, expect, inject, test, vi } from 'vitest'
import type { OutgoingRecord } from '../broker/broker.ts'
import { createKafkaBroker } from '../broker/kafka.ts'
import { topicSpec } from '../broker/topics.ts'
import { boxTopic, createBoxes, id, itemTopic, sent } from './boxes.fixture.ts'
import { forgetOffsets } from './offsets.ts'
import { createProjector } from './projector.ts'

/** The projector on a real log: what the client library does in its own way must not show in the tables. */
const log = pino({ level: 'silent' })
const broker = createKafkaBroker({ brokers: [inject('kafkaBrokers')], clientId: 'projector-test', log })
let settings: { prefix: string; replication: number; minInsyncReplicas: number }
let world: Awaited<ReturnType<typeof createBoxes>>

afterAll(() => broker.close())

beforeEach(async () => {
  settings = { prefix: `test_${randomBytes(6).toString('hex')}.`, replication: 1, minInsyncReplicas: 1 }
  world = await createBoxes()
  await createTopics()
  return () => world.pool.end()
})

/** By a client that has not heard of a topic before: kafkajs goes on asking for one that was deleted. */
async function createTopics(): Promise<void> {
  const fresh = createKafkaBroker({ brokers: [inject('kafkaBrokers')], clientId: 'topics', log })
  const topics = [boxTopic, itemTopic].map((topic) => ({ ...topic, config: { 'cleanup.policy': 'compact' } }))
  await eventually(() => fresh.createTopics(topics.map((topic) => topicSpec(topic, settings))))
  await fresh.close()
}

const eventually = <Result>(check: () => Result | Promise<Result>) =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 })

async function append(...records: readonly OutgoingRecord[]): Promise<void> {
  const producer = await broker.createProducer()
  await producer.send(records.map((record) => ({ ...record, topic: settings.prefix + record.topic })))
  await producer.close()
}

async function deleteTopic(topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [inject('kafkaBrokers')], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [topic] })
  await admin.disconnect()
}

async function withProjector<Result>(work: (projector: ReturnType<typeof createProjector>) => Promise<Result>) {
  const group = `${settings.prefix}boxes.read_1`
  const registry = new Registry()
  const { pool, model } = world
  const projector = createProjector({
    ...model,
    name: 'read_1',
    group,
    broker,
    pool,
    topicSettings: settings,
    log,
    registry,
  })
  await projector.start()
  try {
    return await work(projector)
  } finally {
    await projector.stop()
  }
}

const box = (version: number, n: number) => sent(boxTopic, version, { id: id(n), label: `v${version}` })
const item = (n: number, boxId: number) => sent(itemTopic, 1, { id: id(n), boxId: id(boxId), note: '', open: true })
const versions = async () => (await world.rows('boxes')).map(({ version }) => version)

test('projects what is there, what comes, and goes on where it stopped', async () => {
  await append(item(10, 1), box(1, 1))
  await withProjector(async (projector) => {
    await eventually(async () => expect(await versions()).toEqual([1]))
    await append(box(2, 1), item(11, 1), item(12, 1))
    await eventually(async () => expect(await world.rows('boxes')).toMatchObject([{ version: 2, openItems: 3 }]))
    await eventually(() => expect(projector.health()).toMatchObject({ ready: true, partitions: 4, lag: 0 }))
  })
  await append(box(3, 1), item(13, 1))
  await withProjector(() =>
    eventually(async () => expect(await world.rows('boxes')).toMatchObject([{ version: 3, openItems: 4 }])),
  )
})

test('two of one group share the partitions, and what they both read is counted once', async () => {
  await withProjector(async (one) => {
    await append(...[...Array(20).keys()].map((n) => item(100 + n, 1)))
    await withProjector(async (other) => {
      await append(...[...Array(20).keys()].map((n) => item(200 + n, 1)))
      await eventually(() => {
        expect(one.health()).toMatchObject({ ready: true })
        expect(other.health()).toMatchObject({ ready: true })
        expect(Number(one.health().partitions) + Number(other.health().partitions)).toBe(4)
      })
      await append(...[...Array(20).keys()].map((n) => item(300 + n, 1)))
      await eventually(async () => expect(await world.rows('boxes')).toMatchObject([{ openItems: 60 }]))
    })
    await append(item(400, 1))
    await eventually(async () => expect(await world.rows('boxes')).toMatchObject([{ openItems: 61 }]))
  })
})

test('stops when its topic was made anew, and the remedy works', async () => {
  await append(box(1, 1), box(2, 1), box(3, 1))
  await withProjector(() => eventually(async () => expect(await versions()).toEqual([3])))

  const topic = settings.prefix + boxTopic.name
  await deleteTopic(topic)
  await createTopics()
  await eventually(() => append(box(4, 1)))
  await withProjector((projector) =>
    eventually(() =>
      expect(projector.health()).toMatchObject({
        status: 'stopped',
        reason: expect.stringMatching(/ends at offset 1 and was read up to 3.*npm run ops -- forget-offsets boxes/),
      }),
    ),
  )

  await forgetOffsets(world.pool, world.model.schema, topic)
  await withProjector((projector) =>
    eventually(async () => {
      expect(projector.health()).toMatchObject({ ready: true, lag: 0 })
      expect(await versions()).toEqual([4])
    }),
  )
})
