import { ApolloServer } from '@apollo/server'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { afterAll, beforeAll } from 'vitest'
import { toRecord } from '#cqrs/broker/envelope.ts'
import { createRunner } from '#cqrs/command/runner.ts'
import { fold } from '#cqrs/projection/fold.ts'
import { fedBy } from '#cqrs/projection/model.ts'
import { writeRows } from '#cqrs/projection/write-rows.ts'
import { PrismaClient as ReadClient } from '#prisma/comments/read/generated/client.ts'
import { PrismaClient as WriteClient } from '#prisma/comments/write/generated/client.ts'
import { createPool } from '#toolkit/database/connect.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { backgroundBounds } from '#toolkit/database/settings.ts'
import { transaction } from '#toolkit/database/sql.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import type { DatabaseSettings } from '../../tests/support/alter-database.ts'
import { createTestDatabase } from '../../tests/support/databases.ts'
import { type Context, createContext } from './context.ts'
import { createSchema } from './schema.ts'
import { readModel, references } from './wiring.ts'
import { refuseGone } from './write/refuse-gone.ts'
import { createStore } from './write/store.ts'

const server = new ApolloServer<Context>({ schema: createSchema(), plugins: [ApolloServerPluginInlineTraceDisabled()] })

/** A state of an aggregate, as a topic holds it. */
export type Stated = {
  readonly topic: string
  readonly id: string
  readonly version: number
  readonly value: Uint8Array
}

/** The comments subgraph with databases for this test file alone. The test provides the records of the log. */
export function useSubgraph(settings: DatabaseSettings = {}) {
  const statements: Statement[] = []
  let opened: Awaited<ReturnType<typeof open>> | undefined
  beforeAll(async () => {
    opened = await open(settings, (statement) => statements.push(statement))
  })
  afterAll(() => opened?.close())
  const subgraph = () => {
    if (!opened) throw new Error('the databases are not open yet')
    return opened
  }

  return {
    /** Projects states into the tables. */
    async project(...states: readonly Stated[]): Promise<void> {
      for (const { topic, id, version, value } of states) {
        const event = { topic, key: id, version, type: 'inkstream.any.changed.v1', eventId: id, value }
        const record = toRecord({ ...event, time: new Date(), trace: null }, '/tests')
        for (const { pool, model } of subgraph().sides) {
          const fed = fedBy(model, topic, '')
          const { folded, poison } = fold([{ ...record, offset: 0n, key: Buffer.from(record.key) }], fed.projections)
          if (poison[0]) throw new Error(poison[0].error)
          await transaction(pool, (client) => writeRows(client, fed, folded))
        }
      }
    },

    /** Sends a request of this caller. @returns the reply, and the statements that the read database received for it */
    async ask(query: string, variables: Record<string, unknown> = {}, caller: Caller = null) {
      statements.length = 0
      const contextValue = subgraph().context({ caller, address: null, trace: null })
      const { body } = await server.executeOperation({ query, variables }, { contextValue })
      if (body.kind !== 'single') throw new Error('the reply came in parts')
      const { data, errors } = body.singleResult
      // biome-ignore lint/suspicious/noExplicitAny: tests state the expected reply; a type would repeat it
      return { data: data as any, errors, statements: statements.map(({ query }) => query) }
    },

    /** How PostgreSQL runs the statements of the last request, as text. */
    async plans(): Promise<string[]> {
      const { pool } = subgraph().sides[0]
      const found: string[] = []
      for (const { query, params } of statements) {
        const { rows } = await pool.query(`EXPLAIN (ANALYZE, COSTS off, TIMING off) ${query}`, JSON.parse(params))
        found.push(rows.map((row) => row['QUERY PLAN']).join('\n'))
      }
      return found
    },

    /** Runs SQL in the read database. */
    sql: (text: string, values: unknown[]) => subgraph().sides[0].pool.query(text, values),
  }
}

type Statement = { readonly query: string; readonly params: string }

async function open(settings: DatabaseSettings, onRead: (statement: Statement) => void) {
  const read = await createTestDatabase('comments', 'read', settings)
  const write = await createTestDatabase('comments', 'write', settings)
  const adapter = prismaAdapter(read.url, read.schema)
  const readClient = new ReadClient({ adapter, log: [{ emit: 'event', level: 'query' }] })
  readClient.$on('query', onRead)
  const writeClient = new WriteClient({ adapter: prismaAdapter(write.url, write.schema) })
  const run = createRunner({
    database: writeClient,
    schema: write.schema,
    store: createStore,
    admit: refuseGone,
    idempotencySecret: 'a secret of sixteen',
    onCommit: () => undefined,
  })
  const sides = [
    { pool: createPool(read.url, { bounds: backgroundBounds, max: 1 }), model: { ...readModel, schema: read.schema } },
    {
      pool: createPool(write.url, { bounds: backgroundBounds, max: 1 }),
      model: { ...references, schema: write.schema },
    },
  ] as const
  return {
    sides,
    context: createContext.bind(undefined, run, readClient, read.schema),
    close: () =>
      Promise.all([readClient.$disconnect(), writeClient.$disconnect(), ...sides.map(({ pool }) => pool.end())]),
  }
}
