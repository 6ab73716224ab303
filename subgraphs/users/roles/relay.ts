import type { RelayConfig } from '#cqrs/roles/config.ts'
import { relayRole } from '#cqrs/roles/relay.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { service } from '../service.ts'
import { aggregates } from '../write/aggregates.ts'
import { openDatabase } from '../write/database.ts'
import { endFollows } from '../write/end-follows.ts'
import { forgetExpiredSessions, forgetExpiredThrottles, forgetUsedTokens } from '../write/forget-expired.ts'

/** outbox → blog.users.v1, blog.follows.v1 */
export function relay(config: RelayConfig<typeof service>, log: Log): Part[] {
  const database = openDatabase(config.WRITE_DATABASE_URL, backgroundBounds)
  return relayRole({
    service: service.name,
    config,
    log,
    aggregates,
    tidy: [
      (_, schema, signal) => endFollows(database, schema, signal),
      forgetExpiredSessions,
      forgetUsedTokens,
      forgetExpiredThrottles,
    ],
    close: () => database.$disconnect(),
  })
}
