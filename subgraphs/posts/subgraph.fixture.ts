import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import type { ListedTopic } from '#cqrs/broker/topics.ts'
import { createRunner } from '#cqrs/command/runner.ts'
import { fedBy } from '#cqrs/projection/model.ts'
import { writeRows } from '#cqrs/projection/write-rows.ts'
import { PrismaClient as ReadClient } from '#prisma/posts/read/generated/client.ts'
import { PrismaClient as WriteClient } from '#prisma/posts/write/generated/client.ts'
import { createPool } from '#toolkit/database/connect.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { transaction } from '#toolkit/database/sql.ts'
import type { DatabaseSettings } from '../../tests/support/alter-database.ts'
import { createTestDatabase } from '../../tests/support/databases.ts'
import { type Context, createContext } from './context.ts'
import { createSchema } from './schema.ts'
import { userId } from './states.fixture.ts'
import { readModel } from './wiring.ts'
import { refuseGone } from './write/refuse-gone.ts'
import { createStore } from './write/store.ts'

/** The posts subgraph with its own test databases. Tests send GraphQL, and pass states directly to the projections. */
export async function openSubgraph(settings: DatabaseSettings = {}) {
  const [readDatabase, writeDatabase] = await Promise.all([
    createTestDatabase('posts', 'read', settings),
    createTestDatabase('posts', 'write', settings),
  ])
  const pool = createPool(readDatabase.url, { bounds: backgroundBounds, max: 1 })
  const write = new WriteClient({ adapter: prismaAdapter(writeDatabase.url, writeDatabase.schema) })
  const read = new ReadClient({
    adapter: prismaAdapter(readDatabase.url, readDatabase.schema),
    log: [{ emit: 'event', level: 'query' }],
  })
  const statements: string[] = []
  read.$on('query', (event) => statements.push(event.query))
  const server = new ApolloServer<Context>({
    schema: createSchema(),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  })
  const run = createRunner({
    database: write,
    schema: writeDatabase.schema,
    store: createStore,
    admit: refuseGone,
    idempotencySecret: 'a secret of sixteen',
    onCommit: () => undefined,
  })
  let version = 0

  return {
    /** Projects states; each call uses the next version. */
    async project<State extends { readonly id: string }>(topic: ListedTopic<State>, ...states: readonly State[]) {
      const model = fedBy({ ...readModel, schema: readDatabase.schema }, topic.name, '')
      version++
      const folded = states.map((state) => ({
        key: state.id,
        version,
        lastVersion: version,
        record: { offset: 0n, key: null, value: null, headers: {} },
        rows: model.projections.map(({ row }) => row(state)),
      }))
      await transaction(pool, (client) => writeRows(client, model, folded))
    },

    /**
     * @param as the caller's number, if signed in @param roles the caller's, such as `moderator`
     * @returns the reply, and the statements that the read database received for it
     */
    async ask(query: string, variables: Record<string, unknown> = {}, as?: number, ...roles: string[]) {
      statements.length = 0
      const caller = as === undefined ? null : { userId: userId(as), roles, sessionId: null }
      const contextValue = createContext(run, read, () => read, readDatabase.schema, {
        caller,
        address: null,
        trace: null,
      })
      const { body } = await server.executeOperation({ query, variables }, { contextValue })
      if (body.kind !== 'single') throw new Error('an answer in parts')
      const { data = null, errors = [] } = body.singleResult
      return { data: JSON.parse(JSON.stringify(data)), errors, statements: [...statements] }
    },

    /** The types of the events that commands recorded under a key, in order: no relay removes them here. */
    events: async (key: string) =>
      (await write.outbox.findMany({ where: { key }, orderBy: { id: 'asc' } })).map(({ type }) => type),

    close: () => Promise.all([server.stop(), pool.end(), read.$disconnect(), write.$disconnect()]),
  }
}
