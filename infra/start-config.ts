import { join, resolve } from 'node:path'
import { z } from 'zod'
import { commonConfig, databaseUrl, kafkaConfig, parseConfig, port } from '#cqrs/process/config.ts'
import { CannotStart } from './cannot-start.ts'
import { passedOnProblems } from './passed-on-problems.ts'
import { standardPorts } from './topology.ts'

const { KAFKA_BROKERS, ...topicConfig } = kafkaConfig

type PortName = keyof typeof standardPorts

/** A variable for each port of `npm start`. */
export const portConfig = Object.fromEntries(
  Object.entries(standardPorts).map(([name, standard]) => [name, port(standard)]),
) as Record<PortName, ReturnType<typeof port>>

/** Where a system that `npm start` runs has its data, and what its keys are derived from. */
export const installationConfig = {
  INKSTREAM_DIR: z
    .string()
    .optional()
    .transform((dir) => (dir === undefined ? join(import.meta.dirname, '..', '.inkstream') : resolve(dir)))
    .describe('the folder of data, logs and the secret; .inkstream of the project when it is not set'),
  INKSTREAM_SECRET: z.string().optional().describe('32 characters or more; keys and secrets are derived from it'),
}

/** What `npm start` reads itself; it passes on what roles read. */
export const startConfig = z.object({
  ...topicConfig,
  NODE_ENV: commonConfig.NODE_ENV,
  KAFKA_BROKERS: KAFKA_BROKERS.optional().describe('comma-separated host:port'),
  POSTGRES_URL: databaseUrl
    .refine((url) => URL.canParse(url), 'must be a url')
    .optional()
    .describe('postgresql://user:password@host:port/database'),
  ...installationConfig,
  ...portConfig,
})

export type StartConfig = z.infer<typeof startConfig>

/** @throws CannotStart that names each bad value, of what is passed on too, before anything is made */
export function readStartConfig(env: NodeJS.ProcessEnv): StartConfig {
  const parsed = parseConfig(startConfig, env)
  const problems = [...new Set([...('problems' in parsed ? parsed.problems : []), ...passedOnProblems(env)])]
  if ('problems' in parsed || problems.length > 0) throw new CannotStart(problems.join('\n'))
  return parsed.config
}
