import type { CodegenConfig } from '@graphql-codegen/cli'

/** Types of each subgraph's resolvers, from its schema and the node types that its resolvers start from. */
const subgraph = (service: string, nodes: readonly string[]): CodegenConfig['generates'] => ({
  [`subgraphs/${service}/generated/schema.ts`]: {
    schema: `subgraphs/${service}/schema.graphql`,
    plugins: ['typescript', 'typescript-resolvers'],
    config: {
      federation: true,
      enumsAsTypes: true,
      useTypeImports: true,
      strictScalars: true,
      scalars: { DateTime: { input: 'Date', output: 'Date | string' }, _FieldSet: 'string' },
      contextType: '../context.ts#Context',
      mappers: Object.fromEntries(nodes.map((node) => [node, `../nodes.ts#${node}Node`])),
      maybeValue: 'T | null | undefined',
      makeResolverTypeCallable: false,
    },
  },
})

const config: CodegenConfig = {
  silent: true,
  generates: {
    ...subgraph('users', ['User', 'UserConnection']),
    ...subgraph('posts', ['Post', 'PostConnection', 'User', 'Comment']),
    ...subgraph('comments', ['Comment', 'CommentConnection', 'User', 'Post']),
  },
}

export default config
