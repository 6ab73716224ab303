import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect as connectTo, createServer } from 'node:net'
import { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'

import { type Batch, type Broker, RecordRefused, type TopicSpec } from './broker.ts'
import { createKafkaBroker } from './kafka.ts'
import { createTopicCheck, type ListedTopic } from './topics.ts'

/** Tests that need the real broker. */
const silent = pino({ level: 'silent' })
const connect = (brokers = inject('kafkaBrokers').split(',')) =>
  createKafkaBroker({ brokers, clientId: 'kafka-test', log: silent })
let broker: Broker
beforeAll(() => {
  broker = connect()
})
afterAll(() => broker.close())

const name = () => `test_${randomBytes(6).toString('hex')}.boxes.v1`
const spec = (topic: string, config: Record<string, string> = {}): TopicSpec => ({
  name: topic,
  partitions: 2,
  replication: 1,
  config: { 'cleanup.policy': 'compact', ...config },
})
const record = (topic: string, bytes = 10) => ({ topic, key: 'a', value: Buffer.alloc(bytes), headers: {} })

async function listTopics(): Promise<string[]> {
  const admin = new Kafka({ brokers: inject('kafkaBrokers').split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    return await admin.listTopics()
  } finally {
    await admin.disconnect()
  }
}

describe('a topic that does not exist', () => {
  test('is not created by writing to it', async () => {
    const topic = name()
    const producer = await broker.createProducer()
    await expect(producer.send([record(topic)])).rejects.not.toBeInstanceOf(RecordRefused)
    await producer.close()
    expect(await listTopics()).not.toContain(topic)
  })

  test('is not created by asking about it', async () => {
    const topic = name()
    await expect(broker.watermarks(topic)).rejects.toThrow()
    expect(await broker.compareTopics([spec(topic)])).toEqual([`topic ${topic} does not exist`])
    expect(await listTopics()).not.toContain(topic)
  })

  test('is not created by reading it, and is read once it exists', async () => {
    const topic = name()
    const interruptions: Error[] = []
    let came = 0
    const consumer = broker.consume({
      group: `${topic}.group`,
      topics: [topic],
      onAssigned: async (partitions) => new Map(partitions.map((at) => [at, 0n])),
      async onBatch({ records, next }) {
        came += records.length
        return next
      },
      onUnreadable: ({ error }) => Promise.reject(error),
      onFetched: () => undefined,
      onInterrupted: (error) => void interruptions.push(error),
    })
    await vi.waitFor(() => expect(interruptions.length).toBeGreaterThan(0), 20_000)
    expect(await listTopics()).not.toContain(topic)

    const fresh = connect()
    await fresh.createTopics([spec(topic)])
    const producer = await fresh.createProducer()
    await vi.waitFor(() => producer.send([record(topic)]), 10_000)
    await vi.waitFor(() => expect(came).toBeGreaterThan(0), 20_000)
    await Promise.all([consumer.stop(), producer.close(), fresh.close()])
  })
})

test('a stuck handler delays no rebalance, and its partition resumes where it was, one batch at a time', async () => {
  const topic = name()
  await broker.createTopics([spec(topic)])
  const stuck = Promise.withResolvers<void>()
  const inWork = new Map<number, number>()
  const came: string[] = []
  let most = 0

  /** Joins the group. @returns the consumer, and how many partitions it has */
  function join(onBatch: (batch: Batch) => Promise<bigint>) {
    let partitions = 0
    const consumer = broker.consume({
      group: `${topic}.group`,
      topics: [topic],
      async onAssigned(assigned) {
        partitions = assigned.length
        return new Map(assigned.map((at) => [at, 0n]))
      },
      onBatch,
      onUnreadable: ({ error }) => Promise.reject(error),
      onFetched: () => undefined,
      onInterrupted: () => undefined,
    })
    return { consumer, partitions: () => partitions }
  }
  const append = async (text: string) => {
    const producer = await broker.createProducer()
    const keys = [...Array(20).keys()].map(String)
    await producer.send(keys.map((key) => ({ topic, key, value: Buffer.from(text), headers: {} })))
    await producer.close()
  }

  const one = join(async ({ partition, records, next }) => {
    inWork.set(partition, (inWork.get(partition) ?? 0) + 1)
    most = Math.max(most, ...inWork.values())
    if (partition === 0) await stuck.promise
    came.push(...records.map(({ value }) => `${partition}: ${value}`))
    inWork.set(partition, (inWork.get(partition) ?? 0) - 1)
    return next
  })
  await append('first')
  await vi.waitFor(() => expect(came).toContain('1: first'), 10_000)
  expect(inWork.get(0)).toBe(1)

  const other = join(async ({ next }) => next)
  await vi.waitFor(() => expect([one.partitions(), other.partitions()]).toEqual([1, 1]), 10_000)
  await other.consumer.stop()
  await vi.waitFor(() => expect(one.partitions()).toBe(2), 10_000)
  await append('second')
  await vi.waitFor(() => expect(came).toContain('1: second'), 10_000)
  expect(came.filter((text) => text.startsWith('0: '))).toEqual([])

  stuck.resolve()
  await vi.waitFor(() => expect(came).toContain('0: second'), 10_000)
  expect(most).toBe(1)
  await one.consumer.stop()
})

test('a record that is too large for the topic is refused, and a new producer can send smaller ones', async () => {
  const topic = name()
  await broker.createTopics([spec(topic, { 'max.message.bytes': '2000' })])
  const producer = await broker.createProducer()
  await expect(producer.send([record(topic), record(topic, 5_000)])).rejects.toThrow(RecordRefused)
  await producer.close()
  const another = await broker.createProducer()
  await another.send([record(topic)])
  await another.close()
  expect((await broker.watermarks(topic)).reduce((sum, { next }) => sum + next, 0n)).toBe(1n)
})

test('a partition is read without transaction markers and aborted records', async () => {
  const topic = name()
  await broker.createTopics([spec(topic)])
  const foreign = new Kafka({ brokers: inject('kafkaBrokers').split(','), logLevel: logLevel.NOTHING }).producer({
    transactionalId: topic,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: () => () => 0,
  })
  await foreign.connect()
  for (const end of ['commit', 'abort', 'commit'] as const) {
    const transaction = await foreign.transaction()
    await transaction.send({ topic, messages: [{ key: 'a', value: end }] })
    await transaction[end]()
  }
  await foreign.disconnect()
  // The last marker is written after the commit is acknowledged.
  await vi.waitFor(async () => expect((await broker.watermarks(topic))[0]?.next).toBe(6n), 10_000)
  const offsets: bigint[] = []
  for await (const records of broker.read({ topic, partition: 0 }, 0n, 6n))
    offsets.push(...records.map(({ offset }) => offset))
  expect(offsets).toEqual([0n, 4n])
})

describe('compared with the list', () => {
  test('each difference is a sentence', async () => {
    const [missing, other] = [name(), name()]
    await broker.createTopics([spec(other, { 'segment.ms': '1000' })])
    expect(
      await broker.compareTopics([
        spec(missing),
        { ...spec(other, { 'segment.ms': '2000', 'max.message.bytes': '1048588' }), partitions: 6, replication: 3 },
      ]),
    ).toEqual([
      `topic ${missing} does not exist`,
      `topic ${other} has partitions 2, not 6`,
      `topic ${other} has a replication factor of 1, not 3`,
      `topic ${other} has segment.ms=1000, not 2000`,
    ])
  })

  test('a role waits until the topics are as listed, and reports what it waits for', async () => {
    const prefix = `test_${randomBytes(6).toString('hex')}.`
    const listed: ListedTopic = {
      name: 'boxes.v1',
      owner: 'tests',
      partitions: 2,
      config: { 'cleanup.policy': 'compact' },
      encode: () => new Uint8Array(),
      decode: () => undefined,
    }
    const check = createTopicCheck({
      broker,
      topics: [listed],
      settings: { prefix, replication: 1, minInsyncReplicas: 1 },
      log: silent,
    })
    const started = check.start()
    await vi.waitFor(
      () =>
        expect(check.health()).toEqual({
          ready: false,
          reason: `topic ${prefix}boxes.v1 does not exist. See docs/PROTOCOL.md, Topics.`,
        }),
      10_000,
    )
    await broker.createTopics([spec(`${prefix}boxes.v1`, { 'min.insync.replicas': '1' })])
    await started
    expect(check.health()).toEqual({ ready: true })
  })
})

test('every call to a broker that is down fails within a bounded time', async () => {
  const nowhere = connect(['127.0.0.1:1'])
  const began = performance.now()
  await expect(nowhere.clusterId()).rejects.toThrow()
  await expect(nowhere.createProducer()).rejects.toThrow()
  await expect(nowhere.watermarks('t')).rejects.toThrow()
  await expect(nowhere.read({ topic: 't', partition: 0 }, 0n, 1n)[Symbol.asyncIterator]().next()).rejects.toThrow()
  expect(performance.now() - began).toBeLessThan(10_000)
  await nowhere.close()
})

test('a broker at an IPv6 address can be written to and read', async () => {
  const [, port = ''] = inject('kafkaBrokers').split(':')
  const forwarder = createServer((socket) => {
    const onwards = connectTo(Number(port), '127.0.0.1')
    socket.on('error', () => onwards.destroy())
    onwards.on('error', () => socket.destroy())
    socket.pipe(onwards).pipe(socket)
  }).listen(0, '::1')
  await once(forwarder, 'listening')
  const there = connect([`[::1]:${(forwarder.address() as AddressInfo).port}`])
  const topic = name()
  try {
    await there.createTopics([spec(topic)])
    const producer = await there.createProducer()
    const [end] = await vi.waitFor(() => producer.send([record(topic)]), 10_000)
    await producer.close()
    const read: unknown[] = []
    for await (const records of there.read({ topic, partition: end?.partition ?? 0 }, 0n, 1n)) read.push(...records)
    expect(read).toHaveLength(1)
  } finally {
    await there.close()
    forwarder.close()
  }
})
