import { CompressionTypes, type Kafka, type TopicMessages } from 'kafkajs'
import { type OutgoingRecord, type Producer, RecordRefused } from './broker.ts'

/** Errors by which Kafka says that it will never take the record. */
const refusals = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']

/** An idempotent producer with one request in flight, whose sends end in bounded time. */
export async function createKafkaProducer(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    retry: { retries: 1, initialRetryTime: 100 },
  })
  await producer.connect()
  return {
    async send(records) {
      try {
        await producer.sendBatch({ acks: -1, compression: CompressionTypes.None, topicMessages: byTopic(records) })
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

/** The protocol's names of an error and of all that caused it. */
function errorTypes(error: unknown): string[] {
  const types: string[] = []
  for (let at = error; at instanceof Error; ) {
    const { type, originalError, cause } = at as Error & { type?: string; originalError?: unknown }
    if (type) types.push(type)
    at = cause ?? originalError
  }
  return types
}
