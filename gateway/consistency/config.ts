import { z } from 'zod'

/** How long an operation waits, unless configured. */
const WAIT_MS = 1_000

const keys = z
  .string()
  .transform((list) => list.split(',').map((secret) => ({ secret: secret.trim() })))
  .pipe(z.array(z.object({ secret: z.string().min(16, 'each must have 16 characters or more') })).min(1))
  .meta({
    value: 'secrets, comma-separated, the newest first',
    description: 'the keys that sign consistency tokens: the newest signs, all are accepted',
  })

/** Configuration of consistency tokens. */
export const consistencyConfig = {
  CONSISTENCY_KEYS: keys,
  CONSISTENCY_WAIT_MS: z.coerce.number().int().min(0).max(60_000).default(WAIT_MS).meta({
    unit: 'milliseconds',
    description: 'how long an operation waits for what its client must see; less than SUBGRAPH_TIMEOUT_MS',
  }),
  CONSISTENCY_COOKIE: z
    .enum(['on', 'off'])
    .default('off')
    .describe('whether consistency tokens also come and go as cookies, for clients without a script'),
}

export type ConsistencyConfig = z.infer<z.ZodObject<typeof consistencyConfig>>

const both = z.object({ CONSISTENCY_WAIT_MS: z.number(), SUBGRAPH_TIMEOUT_MS: z.number() })

/**
 * Refuses a wait in which a subgraph would be given up: it could not even report that it waited. Other variables may be
 * missing or invalid: `npm start` checks those that it passes on before it knows the rest.
 */
export const waitIsShorterThanTimeout = z.superRefine<unknown>(
  (config, context) => {
    const { CONSISTENCY_WAIT_MS: wait, SUBGRAPH_TIMEOUT_MS: timeout } = both.parse(config)
    if (wait < timeout) return
    // Of the two, the one that was set.
    const issue =
      wait === WAIT_MS
        ? { path: ['SUBGRAPH_TIMEOUT_MS'], message: `must be more than CONSISTENCY_WAIT_MS, which is ${wait}` }
        : { path: ['CONSISTENCY_WAIT_MS'], message: `must be less than SUBGRAPH_TIMEOUT_MS, which is ${timeout}` }
    context.addIssue({ code: 'custom', ...issue })
  },
  { when: ({ value }) => both.safeParse(value).success },
)
