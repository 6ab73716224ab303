import { pino } from 'pino'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { readTopicSettings } from '#cqrs/broker/topics.ts'
import { CannotStart } from '../cannot-start.ts'
import { ensureTopics } from '../topics.ts'
import type { StartConfig } from './config.ts'

/** Creates the missing topics. @throws CannotStart when existing ones differ from the list */
export async function startTopics(brokers: readonly string[], config: StartConfig): Promise<void> {
  const broker = createKafkaBroker({ brokers, clientId: 'start', log: pino({ level: 'silent' }) })
  try {
    const differences = await ensureTopics(broker, readTopicSettings(config))
    if (differences.length > 0)
      throw new CannotStart(`Topics are not as listed in contracts/topics.ts: ${differences.join('; ')}.`)
  } finally {
    await broker.close()
  }
}
