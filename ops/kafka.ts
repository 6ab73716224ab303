import { pino } from 'pino'
import type { Broker } from '#cqrs/broker/broker.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { environment } from './environment.ts'

/** Kafka for an operator's command: KAFKA_BROKERS, else the one that `npm start` runs. */
export async function withBroker<Result>(work: (broker: Broker) => Promise<Result>): Promise<Result> {
  const broker = createKafkaBroker({
    brokers: environment().KAFKA_BROKERS ?? [`127.0.0.1:${environment().KAFKA_PORT}`],
    clientId: 'ops',
    log: pino({ level: 'silent' }),
  })
  try {
    return await work(broker)
  } finally {
    await broker.close()
  }
}
