import { readFileSync } from 'node:fs'
import { topics } from '#contracts/topics.ts'
import { createRunner } from '#cqrs/command/runner.ts'
import { subgraphSchema } from '#cqrs/graphql/server.ts'
import { createRepublish } from '#cqrs/outbox/republish.ts'
import { liftVersions } from '#cqrs/outbox/restored.ts'
import { createWake } from '#cqrs/outbox/wake.ts'
import type { Part } from '#cqrs/process/lifecycle.ts'
import type { Log } from '#cqrs/process/log.ts'
import { apiRole, prismaAdapter, WRITE_SCHEMA } from '#cqrs/roles/api.ts'
import type { ApiConfig, ProjectorConfig, RelayConfig } from '#cqrs/roles/config.ts'
import { projectorRole } from '#cqrs/roles/projector.ts'
import { relayRole } from '#cqrs/roles/relay.ts'
import { PrismaClient as ReadClient } from '#prisma/users/read/generated/client.ts'
import { PrismaClient as WriteClient } from '#prisma/users/write/generated/client.ts'
import { createContext } from './context.ts'
import { users } from './read/projections/users.ts'
import { resolvers } from './resolvers.ts'
import { rejections } from './write/rejections.ts'
import { createStore } from './write/store.ts'
import { user } from './write/user.ts'

/** The read tables' projections, and the one order in which their tables are locked. */
export const readModel = { projections: [users], tables: ['users'] }

/** mutation → command → write database; query → read database. */
export function api(config: ApiConfig, log: Log): Part[] {
  const write = new WriteClient({ adapter: prismaAdapter(config.WRITE_DATABASE_URL, WRITE_SCHEMA) })
  const read = new ReadClient({ adapter: prismaAdapter(config.READ_DATABASE_URL, config.READ_SCHEMA) })
  const run = createRunner({
    database: write,
    schema: WRITE_SCHEMA,
    store: createStore,
    messages: rejections,
    idempotencySecret: config.IDEMPOTENCY_SECRET,
    onCommit: createWake(write, WRITE_SCHEMA),
  })
  const schema = subgraphSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'), resolvers)
  const context = createContext.bind(undefined, run, read)
  return apiRole({ service: 'users', config, log, schema, write, read, context })
}

/** outbox → blog.users.v1 */
export const relay = (config: RelayConfig, log: Log): Part[] =>
  relayRole({ service: 'users', config, log, topics: [topics.users] })

/** blog.users.v1 → read tables */
export function projector(config: ProjectorConfig, log: Log): Part[] {
  const { republish, close } = writeSide(config.WRITE_DATABASE_URL)
  const read = { ...readModel, owned: { topic: topics.users, republish } }
  return projectorRole({ service: 'users', config, log, read, close })
}

/** The write database of users, for those who mend the log from it. */
export function writeSide(writeUrl: string) {
  const database = new WriteClient({ adapter: prismaAdapter(writeUrl, WRITE_SCHEMA) })
  const onCommit = createWake(database, WRITE_SCHEMA)
  const options = { database, schema: WRITE_SCHEMA, store: createStore, aggregate: user, onCommit }
  return {
    republish: createRepublish(options),
    liftVersions: () => liftVersions(database, WRITE_SCHEMA, options.aggregate.table),
    close: () => database.$disconnect(),
  }
}
