import { readFileSync } from 'node:fs'
import { subgraphSchema } from '#cqrs/graphql/server.ts'
import { resolvers } from './resolvers.ts'

/** The public schema of comments, with its resolvers. */
export const createSchema = () =>
  subgraphSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'), resolvers)
