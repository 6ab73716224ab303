import { pino } from 'pino'
import { createKafkaBroker } from '#cqrs/broker/kafka.ts'
import { readTopicSettings } from '#cqrs/broker/topics.ts'
import { readConfig } from '#toolkit/process/config.ts'
import { ensureTopics } from '../topics.ts'
import { topicsConfig } from './config.ts'
import { runJob } from './run-job.ts'

/** `npm run topics`: creates the listed topics that are missing on KAFKA_BROKERS, compares the others, and ends. */
const config = readConfig(topicsConfig)
await runJob(async () => {
  const log = pino({ level: 'silent' })
  const broker = createKafkaBroker({ brokers: config.KAFKA_BROKERS, clientId: 'topics', log })
  try {
    const differences = await ensureTopics(broker, readTopicSettings(config))
    if (differences.length > 0)
      throw new Error(`Topics are not as listed in contracts/topics.ts:\n  ${differences.join('\n  ')}`)
    console.log('Topics are as listed.')
  } finally {
    await broker.close()
  }
})
