import { z } from 'zod'
import { optionalDatabaseUrl } from '#toolkit/process/config.ts'

/** Requests per caller and minute, by root field; `*` is every other field. */
export type RateLimits = ReadonlyMap<string, number>

/** Far more than a person needs, and few enough that one caller is not the whole load. */
const STANDARD = '*=6000,searchPosts=300,signIn=60,createUser=60,changePassword=30,deleteAccount=30,refreshSession=600'

export const rateLimitConfig = {
  RATE_LIMITS: z
    .string()
    .default(STANDARD)
    .transform((list) =>
      list.split(',').map((entry) => {
        const [field = '', times = ''] = entry.trim().split(/=(.*)/s)
        return [field, Number(times)] as [string, number]
      }),
    )
    .pipe(z.array(z.tuple([z.string().regex(/^(\*|[_A-Za-z]\w*)$/), z.number().int().min(1).max(1e9)])))
    .transform((entries) => new Map(entries))
    .refine((limits) => limits.has('*'), 'must have a limit for *')
    .meta({
      value: 'field=times, comma-separated, with one for *',
      description: 'how often in a minute one caller may ask each root field; * is every other field',
    }),
  RATE_LIMIT_DATABASE_URL: optionalDatabaseUrl(
    'where several gateways count together; each counts for itself when it is not set',
  ),
}
