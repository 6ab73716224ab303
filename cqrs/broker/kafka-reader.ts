import type { ISocketFactory, KafkaConfig, Logger } from 'kafkajs'
import Cluster from 'kafkajs/src/cluster/index.js'
import Batch from 'kafkajs/src/consumer/batch.js'
import { type Broker, UnreadableLog } from './broker.ts'
import { toRecords } from './kafka-consumer.ts'
import { unreadableOf } from './kafkajs-records.ts'

/** The approximate maximum size of one fetch, in bytes. */
const FETCH_BYTES = 1024 * 1024
/** How many times a fetch waits for a transaction to end, half a second each. */
const TRIES = 10
/** Kafka's isolation level READ_COMMITTED, as consumers use it. */
const READ_COMMITTED = 1

type Reader = Pick<Broker, 'read'> & { close(): Promise<void> }

/**
 * Reads partitions with kafkajs's own fetch. Its consumer would have to join a group, which takes seconds and leaves
 * the group on the broker.
 */
export function createKafkaReader(
  config: KafkaConfig & { readonly socketFactory: ISocketFactory },
  logger: Logger,
  watermarks: Broker['watermarks'],
): Reader {
  let connected: Promise<Cluster> | undefined
  const connectedCluster = () => {
    connected ??= connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }
  async function connect(): Promise<Cluster> {
    const cluster = new Cluster({
      ...config,
      logger,
      enforceRequestTimeout: true,
      allowAutoTopicCreation: false,
      isolationLevel: READ_COMMITTED,
      metadataMaxAge: 300_000,
    })
    await cluster.connect()
    return cluster
  }

  return {
    async *read({ topic, partition }, from, to) {
      const { first, next: end } = (await watermarks(topic))[partition] ?? { first: 0n, next: 0n }
      const last = to < end ? to : end
      for (let next = from > first ? from : first; next < last; ) {
        const fetched = await fetchEnded(await connectedCluster(), topic, partition, next)
        const unreadable = unreadableOf(fetched.messages.at(-1))
        const readable = fetched.messages.filter((message) => !unreadableOf(message))
        const records = toRecords(readable).filter(({ offset }) => offset < last)
        if (records.length > 0) yield records
        if (unreadable) throw new UnreadableLog({ topic, partition, ...unreadable })
        next = BigInt(fetched.lastOffset()) + 1n
      }
    },
    async close() {
      const cluster = await connected?.catch(() => undefined)
      connected = undefined
      await cluster?.disconnect()
    },
  }
}

/**
 * Fetches from `offset` on, once an open transaction there has ended. The transaction is not a relay's, but skipping
 * the records after it would make a part of the log look like the whole.
 */
async function fetchEnded(cluster: Cluster, topic: string, partition: number, offset: bigint): Promise<Batch> {
  for (let tried = 0; tried < TRIES; tried++) {
    const fetched = await fetch(cluster, topic, partition, offset)
    if (fetched) return fetched
  }
  throw new Error(`${topic}/${partition} has a transaction of another producer that is open at offset ${offset}`)
}

async function fetch(cluster: Cluster, topic: string, partition: number, offset: bigint): Promise<Batch | undefined> {
  await cluster.addTargetTopic(topic)
  await cluster.refreshMetadataIfNecessary()
  const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
  if (nodeId === undefined) throw new Error(`${topic}/${partition} has no leader`)
  try {
    const broker = await cluster.findBroker({ nodeId })
    const { responses } = await broker.fetch({
      isolationLevel: READ_COMMITTED,
      maxWaitTime: 500,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes: FETCH_BYTES }] }],
    })
    const [answer] = responses[0]?.partitions ?? []
    if (!answer) throw new Error(`Kafka answered nothing of ${topic}/${partition}`)
    return BigInt(answer.lastStableOffset) > offset ? new Batch(topic, String(offset), answer) : undefined
  } catch (error) {
    // Another broker may lead the partition now, so the next read must not use this one.
    await cluster.refreshMetadata().catch(() => undefined)
    throw error
  }
}
