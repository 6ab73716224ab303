import kafkajs, {
  CompressionTypes,
  type Kafka,
  type PartitionerArgs,
  type RecordMetadata,
  type TopicMessages,
} from 'kafkajs'
import { type OutgoingRecord, type PartitionEnd, type Producer, RecordRefused } from './broker.ts'

/** Kafka's errors for a record that it will never accept. */
const refusals = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']

/** An idempotent producer with one request in flight. Its sends end in bounded time. */
export async function createKafkaProducer(kafka: Kafka): Promise<Producer> {
  /** Kafka returns only the first offset per partition, so the records sent to each are counted. */
  const partitionOf = new WeakMap<object, number>()
  const producer = kafka.producer({
    createPartitioner: () => {
      const choose = kafkajs.Partitioners.DefaultPartitioner()
      return (args: PartitionerArgs) => {
        const partition = choose(args)
        partitionOf.set(args.message, partition)
        return partition
      }
    },
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    retry: { retries: 1, initialRetryTime: 100 },
  })
  try {
    await producer.connect()
  } catch (error) {
    // It may be connected without a producer id, and nobody else closes its connections.
    await producer.disconnect().catch(() => undefined)
    throw error
  }
  return {
    async send(records) {
      const topicMessages = byTopic(records)
      try {
        const written = await producer.sendBatch({ acks: -1, compression: CompressionTypes.None, topicMessages })
        return written.map((partition) => endOf(partition, topicMessages, partitionOf))
      } catch (error) {
        const refusal = errorTypes(error).find((type) => refusals.includes(type))
        throw refusal ? new RecordRefused(`Kafka answered ${refusal}`, { cause: error }) : error
      }
    },
    close: () => producer.disconnect(),
  }
}

function byTopic(records: readonly OutgoingRecord[]): TopicMessages[] {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(({ key, value, headers }) => ({ key, value: Buffer.from(value), headers: { ...headers } })),
  }))
}

function endOf(
  { topicName: topic, partition, baseOffset }: RecordMetadata,
  sent: readonly TopicMessages[],
  partitionOf: WeakMap<object, number>,
): PartitionEnd {
  if (baseOffset === undefined) throw new Error(`Kafka did not answer where ${topic}/${partition} was appended to`)
  const messages = sent.find((of) => of.topic === topic)?.messages ?? []
  const count = messages.filter((message) => partitionOf.get(message) === partition).length
  return { topic, partition, next: BigInt(baseOffset) + BigInt(count) }
}

/** The protocol's names of an error and of all its causes. */
function errorTypes(error: unknown): string[] {
  const types: string[] = []
  for (let at = error; at instanceof Error; ) {
    const { type, originalError, cause } = at as Error & { type?: string; originalError?: unknown }
    if (type) types.push(type)
    at = cause ?? originalError
  }
  return types
}
