import { z } from 'zod'

/** Configuration of persisted operations. */
export const operationsConfig = {
  PERSISTED_OPERATIONS: z
    .enum(['off', 'prefer', 'enforce'])
    .default('prefer')
    .describe('off: none is registered; prefer: registered ones can be asked for by id; enforce: nothing else runs'),
  PERSISTED_MANIFEST: z
    .string()
    .default('contracts/persisted-query-manifest.json')
    .meta({ value: 'a file', description: 'the registered operations' }),
  APQ_CACHE_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .max(1024 ** 3)
    .default(8 * 1024 ** 2)
    .meta({ unit: 'bytes', description: 'memory for automatic persisted queries; 0 turns them off' }),
}

export type OperationsConfig = z.infer<z.ZodObject<typeof operationsConfig>>
