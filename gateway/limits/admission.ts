import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql'
import type { RefusalCode } from '../error-catalogue.ts'
import { cost } from './cost.ts'
import { coerceVariables } from './variables.ts'

/** A valid operation with its document, and the variables as the client sent them. */
export type Asked = {
  readonly schema: GraphQLSchema
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>>
}

/** Why an operation is not planned: all errors have the same code. */
export type Inadmissible = {
  readonly code: RefusalCode
  readonly errors: readonly GraphQLError[]
}

/** Whether the variables are invalid, or the operation could return more nodes than one request may. */
export function inadmissible(
  { schema, document, operation, variables }: Asked,
  maxCost: number,
): Inadmissible | undefined {
  const coerced = coerceVariables(schema, operation, variables)
  if ('errors' in coerced) return { code: 'BAD_USER_INPUT', errors: coerced.errors }
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  )
  try {
    const nodes = cost({ schema, operation, fragments, variables: coerced.variables })
    if (nodes > maxCost) return { code: 'GRAPHQL_VALIDATION_FAILED', errors: [tooMuch(nodes, maxCost)] }
  } catch (error) {
    if (error instanceof GraphQLError) return { code: 'BAD_USER_INPUT', errors: [error] }
    throw error
  }
}

const tooMuch = (nodes: number, most: number): GraphQLError =>
  new GraphQLError(
    `The operation may answer ${nodes} nodes, and ${most} are allowed: ask for smaller pages, or for less below them.`,
  )
