import { z } from 'zod'

/** What the gateway reads of persisted operations. */
export const operationsConfig = {
  PERSISTED_OPERATIONS: z
    .enum(['off', 'prefer', 'enforce'])
    .default('prefer')
    .describe('off: none is registered; prefer: registered ones can be asked for by id; enforce: nothing else runs'),
  PERSISTED_MANIFEST: z.string().default('contracts/persisted-query-manifest.json').describe('a file'),
  APQ_CACHE_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .max(1024 ** 3)
    .default(8 * 1024 ** 2)
    .describe('bytes for automatic persisted queries, 0 to 1073741824; 0 turns them off'),
}

export type OperationsConfig = z.infer<z.ZodObject<typeof operationsConfig>>
