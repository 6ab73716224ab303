import { readFileSync } from 'node:fs'
import { createRunner } from '#cqrs/command/runner.ts'
import { createExpensiveReads, EXPENSIVE_CONNECTIONS, expensiveBounds } from '#cqrs/graphql/expensive-reads.ts'
import { subgraphSchema } from '#cqrs/graphql/server.ts'
import { createWake } from '#cqrs/outbox/wake.ts'
import { apiConsistency, apiRole } from '#cqrs/roles/api.ts'
import type { ApiConfig, ProjectorConfig, RelayConfig } from '#cqrs/roles/config.ts'
import { closing } from '#cqrs/roles/parts.ts'
import { projectorRole } from '#cqrs/roles/projector.ts'
import { relayRole } from '#cqrs/roles/relay.ts'
import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import { openWriteSide, type WriteSide } from '#cqrs/roles/write-side.ts'
import { PrismaClient as ReadClient } from '#prisma/posts/read/generated/client.ts'
import { PrismaClient as WriteClient } from '#prisma/posts/write/generated/client.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { createContext } from './context.ts'
import { comments } from './read/projections/comments.ts'
import { favorites } from './read/projections/favorites.ts'
import { follows } from './read/projections/follows.ts'
import { posts } from './read/projections/posts.ts'
import { users } from './read/projections/users.ts'
import { resolvers } from './resolvers.ts'
import { service } from './service.ts'
import { favorite } from './write/favorite.ts'
import { post } from './write/post.ts'
import { userReferences } from './write/references/users.ts'
import { refuseGone } from './write/refuse-gone.ts'
import { createStore } from './write/store.ts'

/** The aggregates that the service writes, each to a topic that it owns. */
export const aggregates = [post, favorite]

/** The projections of the read tables, and the order in which the tables are always locked. */
export const readModel = {
  projections: [comments, favorites, follows, posts, users],
  tables: ['comments', 'favorites', 'follows', 'post_counts', 'posts', 'tags', 'users'],
}

/** Data of other services that commands need, in the write database. */
export const references = { projections: [userReferences], tables: ['users'] }

/** The public schema, with its resolvers. */
export const createSchema = () =>
  subgraphSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'), resolvers)

/** mutation → command → write database; query → read database. */
export function api(config: ApiConfig<typeof service>, log: Log): Part[] {
  const write = new WriteClient({ adapter: prismaAdapter(config.WRITE_DATABASE_URL, WRITE_SCHEMA) })
  const reading = new ReadClient({ adapter: prismaAdapter(config.READ_DATABASE_URL, config.READ_SCHEMA) })
  const searching = new ReadClient({
    adapter: prismaAdapter(config.READ_DATABASE_URL, config.READ_SCHEMA, expensiveBounds, EXPENSIVE_CONNECTIONS),
  })
  const consistency = apiConsistency({
    config,
    log,
    read: { client: reading, projections: readModel.projections },
    references: { client: write, projections: references.projections },
  })
  const read = consistency.gated(reading)
  const run = createRunner({
    database: write,
    schema: WRITE_SCHEMA,
    store: createStore,
    admit: refuseGone,
    idempotencySecret: config.IDEMPOTENCY_SECRET,
    onCommit: createWake(write, WRITE_SCHEMA),
    upToDate: consistency.referencesUpToDate,
  })
  const searches = createExpensiveReads(consistency.gated(searching))
  const context = createContext.bind(undefined, run, read, searches, config.READ_SCHEMA)
  return [
    closing('searches', () => searching.$disconnect()),
    ...apiRole({ service: service.name, config, log, schema: createSchema(), write, read, consistency, context }),
  ]
}

/** outbox → blog.posts.v1, blog.favorites.v1 */
export const relay = (config: RelayConfig<typeof service>, log: Log): Part[] =>
  relayRole({ service: service.name, config, log, aggregates })

/** blog.users.v1, blog.follows.v1, blog.posts.v1, blog.favorites.v1, blog.comments.v1 → read tables; blog.users.v1 → references */
export function projector(config: ProjectorConfig<typeof service>, log: Log): Part[] {
  const { owned, close } = writeSide(config.WRITE_DATABASE_URL)
  return projectorRole({ service: service.name, config, log, read: { ...readModel, owned }, references, close })
}

/** The write database of posts, for repairs of the log. */
export const writeSide = (writeUrl: string): WriteSide =>
  openWriteSide({
    database: new WriteClient({ adapter: prismaAdapter(writeUrl, WRITE_SCHEMA, backgroundBounds) }),
    store: createStore,
    aggregates,
  })
