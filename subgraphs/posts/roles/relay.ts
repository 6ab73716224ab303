import type { RelayConfig } from '#cqrs/roles/config.ts'
import { relayRole } from '#cqrs/roles/relay.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { service } from '../service.ts'
import { aggregates } from '../write/aggregates.ts'

/** outbox → blog.posts.v1, blog.favorites.v1 */
export const relay = (config: RelayConfig<typeof service>, log: Log): Part[] =>
  relayRole({ service: service.name, config, log, aggregates })
