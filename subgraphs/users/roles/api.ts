import { createRunner } from '#cqrs/command/runner.ts'
import type { Siblings } from '#cqrs/graphql/refuse-unsigned.ts'
import { createWake } from '#cqrs/outbox/wake.ts'
import { apiConsistency, apiRole } from '#cqrs/roles/api.ts'
import type { ApiConfig } from '#cqrs/roles/config.ts'
import { closing } from '#cqrs/roles/parts.ts'
import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import { PrismaClient as ReadClient } from '#prisma/users/read/generated/client.ts'
import { createPool } from '#toolkit/database/connect.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { requestBounds } from '#toolkit/database/settings.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { createContext } from '../context.ts'
import { jwksRoute } from '../jwks.ts'
import { createSchema } from '../schema.ts'
import { service } from '../service.ts'
import { readModel } from '../wiring.ts'
import type { Accounts } from '../write/accounts/accounts.ts'
import { createPasswords } from '../write/accounts/passwords.ts'
import { createRefreshTokens } from '../write/accounts/refresh-tokens.ts'
import { createThrottle } from '../write/accounts/throttle.ts'
import { openDatabase } from '../write/database.ts'
import { createStore } from '../write/store.ts'
import { createAccessTokens } from '../write/tokens/access-tokens.ts'
import { createSigningKeys } from '../write/tokens/signing-keys.ts'

/** Comments requests unknown authors, and may read nothing else. */
const siblings: Siblings = { comments: { entities: ['User'] } }

/** mutation → command → write database; query → read database. Issues access tokens. */
export function api(config: ApiConfig<typeof service>, log: Log): Part[] {
  const write = openDatabase(config.WRITE_DATABASE_URL, requestBounds)
  const reading = new ReadClient({ adapter: prismaAdapter(config.READ_DATABASE_URL, config.READ_SCHEMA) })
  const consistency = apiConsistency({ config, log, read: { client: reading, projections: readModel.projections } })
  const read = consistency.gated(reading)
  const counting = createPool(config.WRITE_DATABASE_URL, { bounds: requestBounds, max: 4, log })
  const keys = createSigningKeys({
    database: write,
    secret: config.SIGNING_KEY_SECRET,
    days: config.SIGNING_KEY_DAYS,
    tokenMinutes: config.ACCESS_TOKEN_MINUTES,
    log,
  })
  const quarterHour = 15 * 60
  const accounts: Accounts = {
    database: write,
    run: createRunner({
      database: write,
      schema: WRITE_SCHEMA,
      store: createStore,
      idempotencySecret: config.IDEMPOTENCY_SECRET,
      onCommit: createWake(write, WRITE_SCHEMA),
    }),
    passwords: createPasswords(),
    throttle: createThrottle(counting, WRITE_SCHEMA, config.IDEMPOTENCY_SECRET, {
      signInsPerAccount: { times: config.SIGN_INS_PER_ACCOUNT, seconds: quarterHour },
      signInsPerAccountInAll: { times: 10 * config.SIGN_INS_PER_ACCOUNT, seconds: quarterHour },
      passwordsPerAccount: { times: config.SIGN_INS_PER_ACCOUNT, seconds: quarterHour },
      passwordsPerSession: { times: 10 * config.SIGN_INS_PER_ACCOUNT, seconds: quarterHour },
      // A client refreshes once for each access token.
      refreshesPerSession: { times: 60, seconds: quarterHour },
      signInsPerAddress: { times: config.SIGN_INS_PER_ADDRESS, seconds: quarterHour },
      signUpsPerAddress: { times: config.SIGN_UPS_PER_ADDRESS, seconds: 3_600 },
    }),
    tokens: createAccessTokens({
      keys,
      issuer: config.TOKEN_ISSUER,
      audience: config.TOKEN_AUDIENCE,
      minutes: config.ACCESS_TOKEN_MINUTES,
    }),
    refreshTokens: createRefreshTokens(config.SIGNING_KEY_SECRET),
    sessionDays: config.SESSION_DAYS,
  }
  const context = createContext.bind(undefined, accounts, read, config.READ_SCHEMA)
  return [
    closing('counting', () => counting.end()),
    keys,
    ...apiRole({
      service: service.name,
      config,
      log,
      schema: createSchema(),
      write,
      read,
      consistency,
      context,
      siblings,
      routes: jwksRoute(keys),
    }),
  ]
}
