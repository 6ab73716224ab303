import { Kafka, type KafkaConfig, logLevel } from 'kafkajs'
import { sleep } from '#toolkit/process/backoff.ts'
import type { Log } from '#toolkit/process/log.ts'
import { socketFactory, toKafkajs } from './addresses.ts'
import type { Broker } from './broker.ts'
import { registerCodecs } from './codecs.ts'
import { createKafkaConsumer } from './kafka-consumer.ts'
import { createKafkaProducer } from './kafka-producer.ts'
import { createKafkaReader } from './kafka-reader.ts'
import { compareTopics, createTopics } from './kafka-topics.ts'
import { patchRecords } from './kafkajs-records.ts'
import { patchRequestQueue } from './kafkajs-timer.ts'

/** The time limit for a send, in milliseconds; kafkajs tries it twice. */
const REQUEST_TIMEOUT_MS = 4_000

/** The broker port over kafkajs, for Apache Kafka 4. */
export function createKafkaBroker(options: {
  /** host:port, or [IPv6 address]:port. */
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly log: Log
}): Broker {
  patchRequestQueue()
  patchRecords()
  registerCodecs()
  const { log } = options
  const config = {
    brokers: options.brokers.map(toKafkajs),
    socketFactory,
    clientId: options.clientId,
    connectionTimeout: 3_000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { retries: 2, initialRetryTime: 100 },
    logLevel: logLevel.WARN,
    // kafkajs logs errors that this project handles itself; the important ones are logged where they are handled.
    logCreator: () => (entry) => log.debug({ kafkajs: entry.log, namespace: entry.namespace }, entry.log.message),
  } satisfies KafkaConfig
  const kafka = new Kafka(config)

  const admin = kafka.admin()
  let connected: Promise<void> | undefined
  const connectedAdmin = async () => {
    connected ??= admin.connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    await connected
    return admin
  }

  async function watermarks(topic: string) {
    const ask = async () => (await connectedAdmin()).fetchTopicOffsets(topic)
    const offsets = await ask().catch(async (error: { type?: string }) => {
      // The partition moved, or is so new that its broker does not know it yet; kafkajs does not retry by itself.
      if (error.type !== 'NOT_LEADER_FOR_PARTITION') throw error
      await sleep(100)
      return ask()
    })
    return offsets
      .toSorted((a, b) => a.partition - b.partition)
      .map(({ low, high }) => ({ first: BigInt(low), next: BigInt(high) }))
  }
  const reader = createKafkaReader(config, kafka.logger(), watermarks)

  return {
    async clusterId() {
      return (await (await connectedAdmin()).describeCluster()).clusterId
    },
    createTopics: async (specs) => createTopics(await connectedAdmin(), specs),
    compareTopics: async (specs) => compareTopics(await connectedAdmin(), specs),
    watermarks,
    read: reader.read,
    createProducer: () => createKafkaProducer(kafka),
    consume: (consumer) => createKafkaConsumer(kafka, consumer, log),
    async close() {
      await reader.close()
      if (!connected) return
      await connected.catch(() => undefined)
      connected = undefined
      await admin.disconnect()
    },
  }
}
