import { readFileSync } from 'node:fs'
import type { CodegenConfig } from '@graphql-codegen/cli'
import { apiSchema } from './contracts/api-schema.ts'
import { clientsIn } from './contracts/operations/clients.ts'
import { serviceNames } from './subgraphs/services.ts'

/** The GraphQL types that have a node type, as `Post` has `PostNode`, in the service's nodes.ts. */
const nodesOf = (service: string): readonly string[] =>
  [...readFileSync(`subgraphs/${service}/nodes.ts`, 'utf8').matchAll(/^export type (\w+)Node\b/gm)].map(
    ([, name = '']) => name,
  )

/** Types of each subgraph's resolvers, from its schema and the node types that its resolvers start from. */
const subgraph = (service: string): CodegenConfig['generates'] => ({
  [`subgraphs/${service}/generated/schema.ts`]: {
    schema: `subgraphs/${service}/schema.graphql`,
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      federation: true,
      enumsAsTypes: true,
      useTypeImports: true,
      strictScalars: true,
      scalars: { DateTime: { input: 'never', output: 'Date | string' }, _FieldSet: 'string' },
      contextType: '../context.ts#Context',
      mappers: Object.fromEntries(nodesOf(service).map((node) => [node, `../nodes.ts#${node}Node`])),
      maybeValue: 'T | null | undefined',
      makeResolverTypeCallable: false,
    },
  },
})

/** Documents of a client's registered operations, with the types of their data and variables. */
const operations = (client: string): CodegenConfig['generates'] => ({
  [`contracts/operations/${client}/generated/documents.ts`]: {
    schema: apiSchema(readFileSync('contracts/supergraph.graphql', 'utf8')),
    documents: `contracts/operations/${client}/**/*.graphql`,
    plugins: ['typescript-operations', 'typed-document-node'],
    config: {
      useTypeImports: true,
      immutableTypes: true,
      skipTypename: true,
      enumType: 'string-literal',
      strictScalars: true,
      scalars: { ID: 'string', DateTime: 'string' },
    },
  },
})

const config: CodegenConfig = {
  silent: true,
  generates: {
    ...Object.assign({}, ...clientsIn('contracts/operations').map(operations), ...serviceNames.map(subgraph)),
  },
}

export default config
