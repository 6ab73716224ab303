import { z } from 'zod'

/**
 * The clients that come with Inkstream. Other operations are checked, but not registered by default: those of tests and of
 * documentation, and those that the gateway itself sends for /session.
 */
const ownClients = ['playground', 'sample']

/** Configuration of persisted operations. */
export const operationsConfig = {
  PERSISTED_OPERATIONS: z
    .enum(['off', 'prefer', 'enforce'])
    .default('prefer')
    .describe('off: none is registered; prefer: registered ones can be asked for by id; enforce: nothing else runs'),
  PERSISTED_MANIFESTS: z
    .string()
    .default(ownClients.map((client) => `contracts/operations/${client}/manifest.json`).join(','))
    .transform((list) => list.split(',').map((file) => file.trim()))
    .pipe(z.array(z.string().min(1)))
    .meta({ value: 'files, comma-separated', description: 'the registered operations of each client' }),
  APQ_CACHE_BYTES: z.coerce
    .number()
    .int()
    .min(0)
    .max(1024 ** 3)
    .default(8 * 1024 ** 2)
    .meta({ unit: 'bytes', description: 'memory for automatic persisted queries; 0 turns them off' }),
}

export type OperationsConfig = z.infer<z.ZodObject<typeof operationsConfig>>
