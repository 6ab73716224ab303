import { randomUUID } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'

/** A record of a log, read by a separate client. */
export type LoggedRecord = { readonly key: string; readonly version: number; readonly value: Uint8Array }

/** All records of a topic, from its beginning to its current end; in log order for each key. */
export async function readTopic(kafkaBrokers: string, name: string): Promise<readonly LoggedRecord[]> {
  const kafka = new Kafka({ brokers: kafkaBrokers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const ends = new Map((await admin.fetchTopicOffsets(name)).map(({ partition, high }) => [partition, BigInt(high)]))
  await admin.disconnect()

  const records: LoggedRecord[] = []
  const left = new Set([...ends].filter(([, end]) => end > 0n).map(([partition]) => partition))
  if (left.size === 0) return records
  const consumer = kafka.consumer({ groupId: `${name}.read.${randomUUID()}`, maxWaitTimeInMs: 100 })
  const { promise: read, resolve: done } = Promise.withResolvers<void>()
  await consumer.connect()
  await consumer.subscribe({ topics: [name], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      for (const { key, value, headers } of batch.messages)
        if (value) records.push({ key: String(key), version: Number(String(headers?.ce_sequence)), value })
      if (BigInt(batch.lastOffset()) + 1n >= (ends.get(batch.partition) ?? 0n)) left.delete(batch.partition)
      if (left.size === 0) done()
    },
  })
  await read
  await consumer.disconnect()
  return records
}
