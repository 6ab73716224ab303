import { randomBytes } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { inject, vi } from 'vitest'
import type { OutgoingRecord } from '../broker/broker.ts'
import { createKafkaBroker } from '../broker/kafka.ts'
import { topicSpec } from '../broker/topics.ts'
import { boxTopic, type createBoxes, itemTopic } from './boxes.fixture.ts'
import { createProjector } from './projector.ts'

type World = Pick<Awaited<ReturnType<typeof createBoxes>>, 'pool' | 'model'>

/** Waits at most 20 seconds until `check` passes. */
export const eventually = <Result>(check: () => Result | Promise<Result>) =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 })

/** The topics of boxes and items on the run's Kafka, under a prefix of their own. */
export async function createKafkaLog(config: Readonly<Record<string, string>> = {}) {
  const settings = { prefix: `test_${randomBytes(6).toString('hex')}.`, replication: 1, minInsyncReplicas: 1 }
  const log = pino({ level: 'silent' })
  const connect = () => createKafkaBroker({ brokers: [inject('kafkaBrokers')], clientId: 'projector-test', log })
  const broker = connect()

  /** Uses a new client: kafkajs keeps asking for a topic that was deleted. */
  async function createTopics(): Promise<void> {
    const fresh = connect()
    const topics = [boxTopic, itemTopic].map((topic) => ({
      ...topic,
      config: { 'cleanup.policy': 'compact', ...config },
    }))
    await eventually(() => fresh.createTopics(topics.map((topic) => topicSpec(topic, settings))))
    await fresh.close()
  }
  await createTopics()

  return {
    broker,
    /** With its prefix. */
    boxTopic: settings.prefix + boxTopic.name,

    /** Deletes and recreates the topic, empty. */
    async recreate(topic: string): Promise<void> {
      const admin = new Kafka({ brokers: [inject('kafkaBrokers')], logLevel: logLevel.NOTHING }).admin()
      await admin.connect()
      await admin.deleteTopics({ topics: [topic] })
      await admin.disconnect()
      await createTopics()
    },

    /** Appends with one producer, in order. */
    append: (...records: readonly OutgoingRecord[]): Promise<void> =>
      eventually(async () => {
        const producer = await broker.createProducer()
        try {
          await producer.send(records.map((record) => ({ ...record, topic: settings.prefix + record.topic })))
        } finally {
          await producer.close()
        }
      }),

    /** Appends in a transaction, as a foreign producer may. */
    async appendInTransaction(end: 'commit' | 'abort', ...records: readonly OutgoingRecord[]): Promise<void> {
      const kafka = new Kafka({ brokers: [inject('kafkaBrokers')], logLevel: logLevel.NOTHING })
      const producer = kafka.producer({ transactionalId: settings.prefix, idempotent: true, maxInFlightRequests: 1 })
      await producer.connect()
      const transaction = await producer.transaction()
      for (const { topic, key, value, headers } of records)
        await transaction.send({
          topic: settings.prefix + topic,
          messages: [{ key, value: Buffer.from(value), headers: { ...headers } }],
        })
      await transaction[end]()
      await producer.disconnect()
    },

    /** The end of every partition of both topics. */
    ends: async (): Promise<readonly bigint[]> =>
      (await Promise.all([boxTopic, itemTopic].map(({ name }) => broker.watermarks(settings.prefix + name)))).flatMap(
        (partitions) => partitions.map(({ next }) => next),
      ),

    /** Counts the records that a reader from the beginning gets. */
    async countRecords(topic: string): Promise<number> {
      const ends = await broker.watermarks(topic)
      const done = ends.map(({ next }) => next === 0n)
      const reading = Promise.withResolvers<void>()
      let count = 0
      const consumer = broker.consume({
        group: `${settings.prefix}count.${randomBytes(6).toString('hex')}`,
        topics: [topic],
        onAssigned: async (partitions) => new Map(partitions.map((at) => [at, 0n])),
        async onBatch({ partition, records, next }) {
          count += records.length
          if (next >= (ends[partition]?.next ?? 0n)) done[partition] = true
          if (done.every(Boolean)) reading.resolve()
          return next
        },
        onUnreadable: ({ error }) => Promise.reject(error),
        onFetched: () => undefined,
        onInterrupted: () => undefined,
      })
      await reading.promise
      await consumer.stop()
      return count
    },

    /** Runs `work` while a projector writes into these tables. */
    async withProjector<Result>(
      { pool, model }: World,
      work: (projector: ReturnType<typeof createProjector>) => Promise<Result>,
    ): Promise<Result> {
      const projector = createProjector({
        ...model,
        name: 'read_1',
        group: `${settings.prefix}boxes.${model.schema}`,
        broker,
        pool,
        topicSettings: settings,
        log,
        registry: new Registry(),
      })
      await projector.start()
      try {
        return await work(projector)
      } finally {
        await projector.stop()
      }
    },
  }
}
