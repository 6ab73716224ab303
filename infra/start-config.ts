import { join, resolve } from 'node:path'
import { z } from 'zod'
import { commonConfig, databaseUrl, kafkaConfig, parseConfig, port, readMore } from '#cqrs/process/config.ts'
import { CannotStart } from './cannot-start.ts'
import { passedOnProblems } from './passed-on-problems.ts'
import { standardPorts } from './topology.ts'

const { KAFKA_BROKERS, ...topicConfig } = kafkaConfig

/** What listens on a port, by the name of its variable. */
function listener(name: string): string {
  if (name === 'GATEWAY_OPS_PORT') return 'where the gateway answers operators'
  if (name === 'POSTGRES_PORT' || name.startsWith('KAFKA_')) return 'where the server that npm start runs listens'
  const [first = '', role = ''] = name.toLowerCase().split('_')
  return first === 'gateway'
    ? 'where the gateway answers clients'
    : `where ${first}’ ${role === 'port' ? 'api' : role} listens`
}

type PortName = keyof typeof standardPorts

/** A variable for each port of `npm start`. */
export const portConfig = Object.fromEntries(
  Object.entries(standardPorts).map(([name, standard]) => [name, port(standard).describe(listener(name))]),
) as Record<PortName, ReturnType<typeof port>>

/** Where a system that `npm start` runs has its data, and what its keys are derived from. */
export const installationConfig = {
  INKSTREAM_DIR: z
    .string()
    .optional()
    .transform((dir) => (dir === undefined ? join(import.meta.dirname, '..', '.inkstream') : resolve(dir)))
    .meta({
      value: 'a folder',
      description: 'where data, logs and the secret are; .inkstream of the project when it is not set',
    }),
  INKSTREAM_SECRET: z.string().optional().meta({
    value: '32 characters or more',
    description: 'what keys and secrets are derived from; made once, and kept in the folder, when it is not set',
  }),
}

/** What `npm start` reads itself; it passes on what roles read. */
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

/** @throws CannotStart that names each bad value, of what is passed on too, before anything is made */
export function readStartConfig(env: NodeJS.ProcessEnv): StartConfig {
  const parsed = parseConfig(startConfig, env)
  const problems = [...new Set([...('problems' in parsed ? parsed.problems : []), ...passedOnProblems(env)])]
  if ('problems' in parsed || problems.length > 0) throw new CannotStart([...problems, readMore].join('\n'))
  return parsed.config
}
