import { z } from 'zod'
import { serviceNames } from '#subgraphs/services.ts'
import { commonConfig, databaseUrl, kafkaConfig } from '#toolkit/process/config.ts'

/** Configuration of the job that migrates. */
export const migrateConfig = z.object({
  NODE_ENV: commonConfig.NODE_ENV,
  POSTGRES_URL: databaseUrl.describe('the server that gets all databases, as a user who may make them'),
  DATABASE_PASSWORDS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .filter(Boolean)
        .map((entry) => entry.split(/=(.*)/s).slice(0, 2)),
    )
    .pipe(
      z.array(
        z.tuple([
          z.enum(serviceNames),
          z.string().regex(/^[\w.~-]+$/, 'letters, digits and ._~- alone: it stands in urls'),
        ]),
      ),
    )
    .transform((entries): ReadonlyMap<string, string> => new Map(entries))
    .meta({
      value: 'service=password, comma-separated',
      description: 'makes a database user for each service, with rights to its own rows alone',
    }),
})

/** Configuration of the job that creates topics. */
export const topicsConfig = z.object(kafkaConfig)
