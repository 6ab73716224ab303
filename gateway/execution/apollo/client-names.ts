import type { ApolloGateway } from '@apollo/gateway'
import { GraphQLError } from 'graphql'
import { avoidVariables, type ReservedNames, restoreName, restoreText } from './reserved-names.ts'

type Executor = ApolloGateway['executor']

/**
 * Executes an operation under names that the planner does not use itself, and answers under the client's names
 * (docs/adr/0016-aliases-renamed.md). Otherwise `id: slug` returns the id wherever the planner needs the id for a fetch
 * from another subgraph. Plans are cached by the hash of the client's text: with one supergraph, the same text always
 * runs under the same names.
 */
export const underClientNames =
  (execute: Executor, reserved: () => ReservedNames): Executor =>
  async (context) => {
    const document = reserved().avoidedIn(context.document)
    if (document === context.document) return execute(context)
    const { variables = {} } = context.request
    const { data, errors, extensions } = await execute({
      ...context,
      document,
      request: { ...context.request, variables: avoidVariables(variables) },
    })
    return {
      ...(data !== undefined && { data: data && restoreKeys(data) }),
      ...(errors && { errors: errors.map(restoreError) }),
      ...(extensions && { extensions: restoreExtensions(extensions) }),
    }
  }

function restoreKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(restoreKeys) as T
  if (typeof value !== 'object' || value === null) return value
  // Without a prototype, so that a client may name a field `__proto__`.
  const restored = Object.create(null)
  for (const [key, below] of Object.entries(value)) restored[restoreName(key)] = restoreKeys(below)
  return restored
}

function restoreError(error: GraphQLError): GraphQLError {
  const { nodes, source, positions, path, originalError, extensions } = error
  return new GraphQLError(restoreText(error.message), {
    nodes,
    source,
    positions,
    path: path?.map((step) => (typeof step === 'string' ? restoreName(step) : step)),
    originalError,
    extensions,
  })
}

/** `valueCompletion` is where the gateway reports non-null fields that are null. */
const restoreExtensions = ({ valueCompletion, ...extensions }: Record<string, unknown>): Record<string, unknown> => ({
  ...extensions,
  ...(Array.isArray(valueCompletion) && { valueCompletion: valueCompletion.map(restoreError) }),
})
