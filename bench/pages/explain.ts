import { graphql } from 'graphql'
import { databaseSide } from '#infra/databases.ts'
import { PrismaClient as CommentsClient } from '#prisma/comments/read/generated/client.ts'
import { PrismaClient as PostsClient } from '#prisma/posts/read/generated/client.ts'
import { PrismaClient as UsersClient } from '#prisma/users/read/generated/client.ts'
import { createClient } from '#toolkit/database/connect.ts'
import { prismaAdapter } from '#toolkit/database/prisma.ts'
import { unbounded } from '#toolkit/database/settings.ts'
import type { Caller } from '#toolkit/trust/caller.ts'
import { databaseUrl } from '../../ops/targets.ts'
import { createContext as commentsContext } from '../../subgraphs/comments/context.ts'
import { createSchema as commentsSchema } from '../../subgraphs/comments/schema.ts'
import { createContext as postsContext } from '../../subgraphs/posts/context.ts'
import { createSchema as postsSchema } from '../../subgraphs/posts/schema.ts'
import { createContext as usersContext } from '../../subgraphs/users/context.ts'
import { createSchema as usersSchema } from '../../subgraphs/users/schema.ts'
import type { Measured } from './queries.ts'

type Statement = { readonly query: string; readonly params: string }

/** Replaces the write side, which queries do not use. */
const noCommands = () => Promise.reject(new Error('a query runs no command'))

/** Runs a query in this process with the subgraph's code. @returns the statements that it sent to its database */
async function statementsOf({ service, query, variables }: Measured, caller: Caller): Promise<Statement[]> {
  const readSchema = databaseSide(service, 'read').schema
  const statements: Statement[] = []
  const call = { caller, address: null, trace: null }
  const options = {
    adapter: prismaAdapter(databaseUrl(service, 'read'), readSchema),
    log: [{ emit: 'event', level: 'query' }] as [{ emit: 'event'; level: 'query' }],
  }
  const note = (event: Statement) => void statements.push(event)
  const run = async (
    client: { $disconnect(): Promise<void> },
    schema: ReturnType<typeof postsSchema>,
    contextValue: object,
  ) => {
    try {
      await graphql({ schema, source: query, variableValues: variables ?? {}, contextValue })
    } finally {
      await client.$disconnect()
    }
  }
  switch (service) {
    case 'posts': {
      const client = new PostsClient(options)
      client.$on('query', note)
      await run(
        client,
        postsSchema(),
        postsContext(noCommands, client as PostsClient, () => client, readSchema, call),
      )
      break
    }
    case 'comments': {
      const client = new CommentsClient(options)
      client.$on('query', note)
      await run(client, commentsSchema(), commentsContext(noCommands, client as CommentsClient, readSchema, call))
      break
    }
    case 'users': {
      const client = new UsersClient(options)
      client.$on('query', note)
      await run(
        client,
        usersSchema(),
        usersContext({ run: noCommands } as never, client as UsersClient, readSchema, call),
      )
    }
  }
  return statements
}

/** The query plans of PostgreSQL for each statement of a query. */
export async function explain(measured: Measured, caller: Caller): Promise<string> {
  const client = createClient(databaseUrl(measured.service, 'read'), { bounds: unbounded })
  await client.connect()
  try {
    const plans: string[] = []
    for (const { query, params } of await statementsOf(measured, caller)) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN (ANALYZE, BUFFERS) ${query}`,
        JSON.parse(params) as unknown[],
      )
      plans.push(`${query}\n${rows.map((row) => `    ${row['QUERY PLAN']}`).join('\n')}`)
    }
    return plans.join('\n\n')
  } finally {
    await client.end()
  }
}
