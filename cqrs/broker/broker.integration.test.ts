import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import type { Batch, Broker, ConsumerOptions, OutgoingRecord, TopicPartition, TopicSpec } from './broker.ts'
import { createKafkaBroker } from './kafka.ts'
import { createMemoryLog } from './memory.fixture.ts'

/** The contract of the port, for every adapter. */
const adapters: readonly [string, () => Broker][] = [
  ['the log in memory', () => createMemoryLog().broker],
  [
    'Apache Kafka',
    () =>
      createKafkaBroker({
        brokers: inject('kafkaBrokers').split(','),
        clientId: 'broker-test',
        log: pino({ level: 'silent' }),
      }),
  ],
]

const eventually = <Result>(check: () => Result | Promise<Result>) =>
  vi.waitFor(check, { timeout: 20_000, interval: 20 })

describe.each(adapters)('%s', (_name, connect) => {
  let broker: Broker
  let topic: string
  let consumers: { stop(): Promise<void> }[]

  beforeEach(async () => {
    broker = connect()
    topic = `test_${randomBytes(6).toString('hex')}.boxes.v1`
    consumers = []
    await broker.createTopics([specOf(topic)])
  })
  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop()))
    await broker.close()
  })

  const specOf = (name: string): TopicSpec => ({
    name,
    partitions: 2,
    replication: 1,
    config: { 'cleanup.policy': 'compact' },
  })

  const record = (key: string, text: string): OutgoingRecord => ({
    topic,
    key,
    value: Buffer.from(text),
    headers: { ce_sequence: text, 'content-type': 'text/plain' },
  })

  /** Appends the records one after the other, so that their order is known. */
  async function append(...records: readonly OutgoingRecord[]): Promise<void> {
    const producer = await broker.createProducer()
    await producer.send(records)
    await producer.close()
  }

  const fromTheBeginning = (partitions: readonly TopicPartition[]) => new Map(partitions.map((at) => [at, 0n] as const))

  /** Consumes the topic. @returns the records received so far, as text */
  function consume(options: Partial<ConsumerOptions> = {}): string[] {
    const came: string[] = []
    consumers.push(
      broker.consume({
        group: `${topic}.${randomBytes(4).toString('hex')}`,
        topics: [topic],
        onAssigned: async (partitions) => fromTheBeginning(partitions),
        onUnreadable: ({ error }) => Promise.reject(error),
        onFetched: () => undefined,
        onInterrupted: () => undefined,
        ...options,
        async onBatch(batch) {
          const next = await (options.onBatch ?? (async () => after(batch)))(batch)
          came.push(...texts(batch))
          return next
        },
      }),
    )
    return came
  }
  const texts = ({ records }: Batch) => records.map(({ value }) => Buffer.from(value ?? []).toString())
  const after = ({ next }: Batch) => next

  /** One key, so one partition: adapters may distribute keys in any way. */
  const key = '00000000-0000-7000-8000-000000000001'

  test('delivers appended records unchanged and in order', async () => {
    const batches: Batch[] = []
    await append(record(key, '1'), record(key, '2'))
    await append(record(key, '3'))
    const came = consume({
      async onBatch(batch) {
        batches.push(batch)
        return after(batch)
      },
    })
    await eventually(() => expect(came).toEqual(['1', '2', '3']))
    const records = batches.flatMap((batch) => batch.records)
    expect(records[0]).toMatchObject({ offset: 0n, headers: { ce_sequence: '1', 'content-type': 'text/plain' } })
    expect(Buffer.from(records[0]?.key ?? []).toString()).toBe(key)
    expect(records.map(({ offset }) => offset)).toEqual([0n, 1n, 2n])
    expect(batches.at(-1)).toMatchObject({ topic, highWatermark: 3n })

    await append(record(key, '4'))
    await eventually(() => expect(came).toEqual(['1', '2', '3', '4']))
  })

  test('starts at the offsets that the assignment handler returns', async () => {
    await append(record(key, '1'), record(key, '2'), record(key, '3'))
    const came = consume({ onAssigned: async (partitions) => new Map(partitions.map((at) => [at, 2n])) })
    await eventually(() => expect(came).toEqual(['3']))
  })

  test('announces both partitions before any of their records', async () => {
    const assigned = Promise.withResolvers<readonly TopicPartition[]>()
    await append(record(key, '1'))
    let told = false
    const came = consume({
      async onAssigned(partitions) {
        told = true
        assigned.resolve(partitions)
        return fromTheBeginning(partitions)
      },
      async onBatch(batch) {
        expect(told).toBe(true)
        return after(batch)
      },
    })
    expect((await assigned.promise).toSorted((a, b) => a.partition - b.partition)).toEqual([
      { topic, partition: 0 },
      { topic, partition: 1 },
    ])
    await eventually(() => expect(came).toEqual(['1']))
  })

  test('starts over when an assignment fails', async () => {
    await append(record(key, '1'))
    let failures = 2
    const interruptions: string[] = []
    const came = consume({
      async onAssigned(partitions) {
        if (failures-- > 0) throw new Error('no database')
        return fromTheBeginning(partitions)
      },
      onInterrupted: ({ message }) => void interruptions.push(message),
    })
    await eventually(() => expect(came).toEqual(['1']))
    expect(interruptions).toEqual(['no database', 'no database'])
  })

  test('delivers a batch again until it is accepted', async () => {
    await append(record(key, '1'), record(key, '2'))
    let failures = 3
    const came = consume({
      async onBatch(batch) {
        if (failures-- > 0) throw new Error('not yet')
        return after(batch)
      },
    })
    await eventually(() => expect(came).toEqual(['1', '2']))
    expect(failures).toBe(-1)
  })

  test('continues from the offset that the handler returns', async () => {
    await append(record(key, '1'), record(key, '2'), record(key, '3'))
    let again = true
    const came = consume({
      async onBatch(batch) {
        if (!again) return after(batch)
        again = false
        return 1n
      },
    })
    await eventually(() => expect(came).toEqual(['1', '2', '3', '2', '3']))
  })

  /** Enough keys that both partitions get some, however the adapter distributes them. */
  const manyKeys = [...Array(20).keys()].map((n) => `00000000-0000-7000-8000-0000000000${String(n + 10)}`)

  test.each([
    ['hangs', () => new Promise<bigint>(() => undefined)],
    ['keeps failing', () => Promise.reject(new Error('not yet'))],
  ])('a handler that %s on one partition does not delay the other', async (_how, stick) => {
    let stuck: number | undefined
    const came = consume({
      onBatch(batch) {
        stuck ??= batch.partition
        return batch.partition === stuck ? stick() : Promise.resolve(after(batch))
      },
    })
    await append(...manyKeys.map((key) => record(key, 'first')))
    await eventually(() => expect(came).toContain('first'))
    const took: number[] = []
    for (let n = 0; n < 5; n++) {
      const began = performance.now()
      await append(...manyKeys.map((key) => record(key, `later ${n}`)))
      await eventually(() => expect(came).toContain(`later ${n}`))
      took.push(performance.now() - began)
    }
    expect(took.toSorted((a, b) => a - b)[2]).toBeLessThan(1_000)
  })

  test('a stuck partition recovers by itself, with nothing lost, repeated or delivered twice at once', async () => {
    let inWork = 0
    let attempts = 0
    const release = Promise.withResolvers<void>()
    const came = consume({
      async onBatch(batch) {
        expect(++inWork).toBe(1)
        attempts++
        await release.promise
        inWork--
        if (attempts < 4) throw new Error('not yet')
        return after(batch)
      },
    })
    await append(record(key, '1'))
    await eventually(() => expect(attempts).toBe(1))
    await append(record(key, '2'), record(key, '3'))
    release.resolve()
    await eventually(() => expect(came).toEqual(['1', '2', '3']))
  })

  test('reports fetches, even with nothing to fetch and with all partitions stuck', async () => {
    let fetches = 0
    const handed = new Set<number>()
    consume({
      onFetched: () => void fetches++,
      onBatch({ partition }) {
        handed.add(partition)
        return new Promise(() => undefined)
      },
    })
    await eventually(() => expect(fetches).toBeGreaterThan(5))
    await append(...manyKeys.map((key) => record(key, '1')))
    await eventually(() => expect(handed.size).toBe(2))
    const before = fetches
    await eventually(() => expect(fetches).toBeGreaterThan(before + 1))
  })

  test('reports the first and next offset of each partition', async () => {
    expect(await broker.watermarks(topic)).toEqual([
      { first: 0n, next: 0n },
      { first: 0n, next: 0n },
    ])
    await append(record(key, '1'), record(key, '2'))
    const ends = (await broker.watermarks(topic)).map(({ next }) => next)
    expect(ends.toSorted()).toEqual([0n, 2n])
  })

  test('a send returns the end of each partition that it wrote to', async () => {
    const producer = await broker.createProducer()
    const keys = [...Array(20).keys()].map((n) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`)
    const other = `${topic}.other`
    await broker.createTopics([specOf(other)])
    try {
      for (let round = 0; round < 3; round++) {
        const ends = await producer.send([
          ...keys.slice(round * 3).map((key) => record(key, '1')),
          { ...record(key, '1'), topic: other },
        ])
        const there = (await broker.watermarks(topic)).map(({ next }, partition) => ({ topic, partition, next }))
        expect(ends.filter((end) => end.topic === topic).toSorted((a, b) => a.partition - b.partition)).toEqual(there)
        expect(ends.filter((end) => end.topic === other)).toMatchObject([{ next: BigInt(round + 1) }])
      }
    } finally {
      await producer.close()
    }
  })

  describe('read from one offset up to another', () => {
    const read = async (from: bigint, to: bigint): Promise<string[]> => {
      const partition = (await broker.watermarks(topic)).findIndex(({ next }) => next > 0n)
      const records: { offset: bigint; text: string }[] = []
      for await (const some of broker.read({ topic, partition }, from, to))
        records.push(...some.map(({ offset, value }) => ({ offset, text: Buffer.from(value ?? []).toString() })))
      expect(records.map(({ offset }) => offset)).toEqual(records.map((_, n) => (records[0]?.offset ?? 0n) + BigInt(n)))
      return records.map(({ text }) => text)
    }

    test('returns only those records, in order', async () => {
      await append(record(key, '1'), record(key, '2'), record(key, '3'))
      await append(record(key, '4'))
      expect(await read(0n, 4n)).toEqual(['1', '2', '3', '4'])
      expect(await read(1n, 3n)).toEqual(['2', '3'])
      expect(await read(2n, 2n)).toEqual([])
    })

    test('ends where the log ends', async () => {
      await append(record(key, '1'))
      expect(await read(0n, 100n)).toEqual(['1'])
      expect(await read(5n, 100n)).toEqual([])
    })

    test('returns records of more than one fetch', async () => {
      const large = '1'.repeat(500_000)
      for (let n = 0; n < 6; n++) await append(record(key, large))
      expect((await read(0n, 6n)).map((text) => text.length)).toEqual(Array(6).fill(500_000))
    })
  })

  test('delivers nothing after it has stopped, and can be stopped twice', async () => {
    await append(record(key, '1'))
    const came = consume()
    await eventually(() => expect(came).toEqual(['1']))
    await consumers[0]?.stop()
    await append(record(key, '2'))
    await consumers[0]?.stop()
    expect(came).toEqual(['1'])
  })

  test('keeps its cluster id, and creating an existing topic changes nothing', async () => {
    const cluster = await broker.clusterId()
    expect(cluster).toMatch(/./)
    await append(record(key, '1'))
    await broker.createTopics([specOf(topic)])
    expect(await broker.compareTopics([specOf(topic)])).toEqual([])
    expect(consume()).toBeDefined()
    expect(await broker.clusterId()).toBe(cluster)
    expect((await broker.watermarks(topic)).map(({ next }) => next).toSorted()).toEqual([0n, 1n])
  })
})
