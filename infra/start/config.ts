import { z } from 'zod'
import { commonConfig, databaseUrl, kafkaConfig, parseConfig, readMore } from '#toolkit/process/config.ts'
import { CannotStart } from '../cannot-start.ts'
import { installationConfig, portConfig } from '../installation-config.ts'
import { passedOnProblems } from '../variables/passed-on-problems.ts'

const { KAFKA_BROKERS, ...topicConfig } = kafkaConfig

/** Variables that `npm start` reads itself; it passes on those of the roles. */
export const startConfig = z.object({
  ...topicConfig,
  NODE_ENV: commonConfig.NODE_ENV,
  KAFKA_BROKERS: KAFKA_BROKERS.optional().meta({
    ...KAFKA_BROKERS.meta(),
    description: 'a Kafka of yours, instead of one that npm start runs',
  }),
  POSTGRES_URL: databaseUrl
    .refine((url) => URL.canParse(url), 'must be a url')
    .optional()
    .meta({
      ...databaseUrl.meta(),
      description: 'a PostgreSQL of yours, instead of one that npm start runs, as a user who may make databases',
    }),
  ...installationConfig,
  ...portConfig,
})

export type StartConfig = z.infer<typeof startConfig>

/** @throws CannotStart that names each invalid value, including those passed on, before anything is created */
export function readStartConfig(env: NodeJS.ProcessEnv): StartConfig {
  const parsed = parseConfig(startConfig, env)
  const problems = [...new Set([...('problems' in parsed ? parsed.problems : []), ...passedOnProblems(env)])]
  if ('problems' in parsed || problems.length > 0) throw new CannotStart([...problems, readMore].join('\n'))
  return parsed.config
}
