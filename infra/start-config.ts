import { z } from 'zod'
import { commonConfig, databaseUrl, kafkaConfig, parseConfig } from '#cqrs/process/config.ts'
import { CannotStart } from './cannot-start.ts'

const { KAFKA_BROKERS, ...topicConfig } = kafkaConfig
const { LOG_LEVEL, NODE_ENV } = commonConfig

const schema = z.object({
  ...topicConfig,
  LOG_LEVEL,
  NODE_ENV,
  KAFKA_BROKERS: KAFKA_BROKERS.optional().describe('comma-separated host:port'),
  POSTGRES_URL: databaseUrl
    .refine((url) => URL.canParse(url), 'must be a url')
    .optional()
    .describe('postgresql://user:password@host:port/database'),
})

export type StartConfig = z.infer<typeof schema>

/** What `npm start` reads itself, checked before anything is made. @throws CannotStart that names each bad value */
export function readStartConfig(env: NodeJS.ProcessEnv): StartConfig {
  const parsed = parseConfig(schema, env)
  if ('problems' in parsed) throw new CannotStart(parsed.problems.join('\n'))
  return parsed.config
}
