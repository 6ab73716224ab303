import { createRunner } from '#cqrs/command/runner.ts'
import { createExpensiveReads, EXPENSIVE_CONNECTIONS, expensiveBounds } from '#cqrs/graphql/expensive-reads.ts'
import { createWake } from '#cqrs/outbox/wake.ts'
import { apiConsistency, apiRole } from '#cqrs/roles/api.ts'
import type { ApiConfig } from '#cqrs/roles/config.ts'
import { closing } from '#cqrs/roles/parts.ts'
import { WRITE_SCHEMA } from '#cqrs/roles/write-schema.ts'
import { PrismaClient as ReadClient } from '#prisma/posts/read/generated/client.ts'
import { PrismaClient as WriteClient } from '#prisma/posts/write/generated/client.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import type { Part } from '#toolkit/process/lifecycle.ts'
import type { Log } from '#toolkit/process/log.ts'
import { createContext } from '../context.ts'
import { createSchema } from '../schema.ts'
import { service } from '../service.ts'
import { readModel, references } from '../wiring.ts'
import { refuseGone } from '../write/refuse-gone.ts'
import { createStore } from '../write/store.ts'

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
  const searches = createExpensiveReads(searching, consistency.readsUpToDate)
  const context = createContext.bind(undefined, run, read, searches, config.READ_SCHEMA)
  return [
    closing('searches', () => searching.$disconnect()),
    ...apiRole({ service: service.name, config, log, schema: createSchema(), write, read, consistency, context }),
  ]
}
