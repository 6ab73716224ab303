import { pino } from 'pino'
import type { Broker } from '#cqrs/broker/broker.ts'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { environment } from './environment.ts'

/** Connects to KAFKA_BROKERS, else to the Kafka that `npm start` runs; closed when `work` is done. */
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
