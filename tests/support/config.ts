import { z } from 'zod'
import { parseConfig } from '#toolkit/process/config.ts'

/** Variables that tests read, to run longer or to repeat a run. */
export const testConfig = z.object({
  RANDOM_REQUESTS: z.coerce
    .number()
    .int()
    .min(1)
    .default(2_000)
    .describe('how many random requests gateway/hostile/random sends'),
  STALL_MS: z.coerce
    .number()
    .int()
    .min(1)
    .default(13_000)
    .meta({ unit: 'milliseconds', description: 'how long tests/faults/postgres-stalled freezes PostgreSQL' }),
  FRESH_MUTATIONS: z.coerce
    .number()
    .int()
    .min(1)
    .default(200)
    .describe('how many random mutations tests/consistency/fresh sends, undisturbed and again disturbed'),
  MIXED_SEED: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional()
    .describe('what tests/system/mixed-commands and tests/consistency/fresh choose by; the time when it is not set'),
})

/** @throws when a value is invalid */
export function readTestConfig(): z.infer<typeof testConfig> {
  const parsed = parseConfig(testConfig, process.env)
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'))
  return parsed.config
}
