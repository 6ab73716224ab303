import { z } from 'zod'
import { commonConfig, databaseUrl, kafkaConfig, port } from '../process/config.ts'
import { keysByPeer } from '../trust/keys.ts'

/** A PostgreSQL schema that holds one generation of a read model. */
const readSchema = z
  .string()
  .regex(/^read_\d+$/, 'must be read_1, read_2, …')
  .default('read_1')

/** What an api role reads. */
export const apiConfig = (standardPort: number) =>
  z.object({
    ...commonConfig,
    PORT: port(standardPort),
    WRITE_DATABASE_URL: databaseUrl,
    READ_DATABASE_URL: databaseUrl,
    READ_SCHEMA: readSchema,
    IDEMPOTENCY_SECRET: z.string().min(16).describe('16 characters or more; keys the digests kept of commands'),
    CALLER_KEYS: keysByPeer,
  })
export type ApiConfig = z.infer<ReturnType<typeof apiConfig>>

/** What a relay role reads. Locks and LISTEN need a direct url where a pooler stands in front of PostgreSQL. */
export const relayConfig = (standardPort: number) =>
  z.object({
    ...commonConfig,
    ...kafkaConfig,
    PORT: port(standardPort),
    WRITE_DATABASE_URL: databaseUrl,
    WRITE_DATABASE_DIRECT_URL: databaseUrl.optional(),
  })
export type RelayConfig = z.infer<ReturnType<typeof relayConfig>>

/** What a projector role reads. */
export const projectorConfig = (standardPort: number) =>
  z.object({
    ...commonConfig,
    ...kafkaConfig,
    PORT: port(standardPort),
    WRITE_DATABASE_URL: databaseUrl,
    READ_DATABASE_URL: databaseUrl,
    READ_SCHEMA: readSchema,
  })
export type ProjectorConfig = z.infer<ReturnType<typeof projectorConfig>>
