import { pino } from 'pino'
import type { Broker } from '#cqrs/broker/broker.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { standardPorts } from '#infra/topology.ts'

/** Before every topic's name; empty in production. */
export const topicPrefix = (): string => process.env.TOPIC_PREFIX ?? ''

/** Kafka for an operator's command: KAFKA_BROKERS, else the one that `npm start` runs. */
export async function withBroker<Result>(work: (broker: Broker) => Promise<Result>): Promise<Result> {
  const brokers = process.env.KAFKA_BROKERS || `127.0.0.1:${process.env.KAFKA_PORT || standardPorts.KAFKA_PORT}`
  const broker = createKafkaBroker({
    brokers: brokers.split(',').map((address) => address.trim()),
    clientId: 'ops',
    log: pino({ level: 'silent' }),
  })
  try {
    return await work(broker)
  } finally {
    await broker.close()
  }
}
