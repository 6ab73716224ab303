import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { type Batch, type Broker, type OutgoingRecord, partitionName } from '#cqrs/broker/broker.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { jarsDir } from '../support/servers.ts'

/** Records that Kafka's own Java client compressed with each of Kafka's codecs. */
const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

let broker: Broker
beforeAll(() => {
  broker = createKafkaBroker({ brokers: [inject('kafkaBrokers')], clientId: 'test', log: pino({ level: 'silent' }) })
})
afterAll(() => broker.close())

/** Sends records with Kafka's Java client. */
async function sendByJava(records: readonly (OutgoingRecord & { readonly codec: string })[]): Promise<void> {
  const jars = readdirSync(jarsDir).map((folder) => join(jarsDir, folder, '*'))
  const source = join(import.meta.dirname, 'ForeignProducer.java')
  const ended = Promise.withResolvers<void>()
  const java = execFile('java', ['-cp', jars.join(':'), source, inject('kafkaBrokers')], (error, _out, err) =>
    error ? ended.reject(new Error(err, { cause: error })) : ended.resolve(),
  )
  for (const { codec, topic, key, value, headers } of records)
    java.stdin?.write(
      `${[codec, topic, key, Buffer.from(value).toString('base64'), ...Object.entries(headers).map((header) => header.join('='))].join('\t')}\n`,
    )
  java.stdin?.end()
  await ended.promise
}

test('records in each codec are read unchanged, even in large batches', async () => {
  const topic = `test_${randomBytes(6).toString('hex')}.boxes.v1`
  await broker.createTopics([{ name: topic, partitions: 2, replication: 1, config: {} }])
  // Half of each value is random and does not compress, so a batch spans many blocks.
  const sent = codecs.flatMap((codec) =>
    [...Array(40).keys()].map((n) => ({
      codec,
      topic,
      key: `${codec} ${n}`,
      value: Buffer.concat([randomBytes(5_000), Buffer.alloc(5_000, codec)]),
      headers: { ce_sequence: String(n + 1), 'content-type': 'application/protobuf' },
    })),
  )
  await sendByJava(sent)

  const came = new Map<string, Batch['records'][number]>()
  const unreadable: string[] = []
  const consumer = broker.consume({
    group: `${topic}.group`,
    topics: [topic],
    onAssigned: async (partitions) => new Map(partitions.map((at) => [at, 0n])),
    async onBatch({ records, next }) {
      for (const record of records) came.set(String(record.key), record)
      return next
    },
    async onUnreadable({ error, ...at }) {
      unreadable.push(`${partitionName(at)}: ${error.message}`)
      throw error
    },
    onFetched: () => undefined,
    onInterrupted: () => undefined,
  })
  await vi.waitFor(async () => expect([came.size, unreadable]).toEqual([sent.length, []]), {
    timeout: 20_000,
    interval: 20,
  })
  await consumer.stop()
  for (const { key, value, headers } of sent) {
    const record = came.get(key)
    expect(record?.headers).toEqual(headers)
    expect(Buffer.from(record?.value ?? []).equals(value)).toBe(true)
  }
}, 120_000)
