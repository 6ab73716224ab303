import { join, resolve } from 'node:path'
import { z } from 'zod'
import { port } from '#toolkit/process/config.ts'
import { type Ports, standardPorts } from './topology.ts'

/** Describes the listener on a port, by the name of its variable. */
function listener(name: string): string {
  if (name === 'GATEWAY_PORT') return 'where the gateway answers clients'
  if (name === 'GATEWAY_OPS_PORT') return 'where the gateway answers operators'
  if (name === 'POSTGRES_PORT') return 'where the PostgreSQL of npm start listens'
  if (name.startsWith('KAFKA_')) return 'where the Kafka of npm start listens'
  const [service = '', role = ''] = name.toLowerCase().split('_')
  return `where ${service}’ ${role === 'port' ? 'api' : role} listens`
}

/** One variable for each port of a system run by `npm start`. */
export const portConfig = Object.fromEntries(
  Object.entries(standardPorts).map(([name, standard]) => [name, port(standard).describe(listener(name))]),
) as Record<keyof Ports, ReturnType<typeof port>>

/** The data folder of such a system, and the secret that its keys are derived from. */
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
