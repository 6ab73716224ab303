import { z } from 'zod'
import { databaseUrl, kafkaConfig } from '#cqrs/process/config.ts'

/** What the job that migrates reads. */
export const migrateConfig = z.object({ POSTGRES_URL: databaseUrl })

/** What the job that makes topics reads. */
export const topicsConfig = z.object(kafkaConfig)
