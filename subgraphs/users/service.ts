import { z } from 'zod'
import { defineService } from '#cqrs/roles/service.ts'

const atLeastOne = z.coerce.number().int().min(1)
const days = atLeastOne.max(3_650).default(30)

export const service = defineService({
  name: 'users',
  ports: { api: 4001, relay: 4011, projector: 4021 },
  databases: { write: 'users', read: 'users' },
  generations: ['read_1'],
  issuesTokens: true,
  variables: {
    api: {
      TOKEN_ISSUER: z.string().default('inkstream').describe('who issues access tokens; the gateway expects it'),
      TOKEN_AUDIENCE: z.string().default('inkstream').describe('whom access tokens are for; the gateway expects it'),
      ACCESS_TOKEN_MINUTES: atLeastOne
        .max(1_440)
        .default(15)
        .meta({ unit: 'minutes', description: 'how long an access token is good' }),
      SESSION_DAYS: days.meta({ unit: 'days', description: 'how long a session lasts' }),
      SIGNING_KEY_SECRET: z
        .string()
        .min(16)
        .describe('encrypts the keys that sign access tokens, and marks refresh tokens'),
      SIGNING_KEY_DAYS: days.meta({ unit: 'days', description: 'how long until the next signing key is made' }),
      SIGN_INS_PER_ACCOUNT: atLeastOne
        .default(10)
        .describe('tries of one account from one network within 15 minutes; ten times as many from all together'),
      SIGN_INS_PER_ADDRESS: atLeastOne.default(100).describe('sign-ins from one network address within 15 minutes'),
      SIGN_UPS_PER_ADDRESS: atLeastOne.default(20).describe('sign-ups from one network address within an hour'),
    },
  },
})
