import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql'

/** In one list, and in all of a request's variables together. */
const ITEMS = 1_000
const VALUES = 10_000

/** Of one request; with the note that there are more, one more. */
const ERRORS = 4

export type Coerced =
  | { readonly variables: Readonly<Record<string, unknown>> }
  /** What is wrong: too many values, or some that do not have their types. At most five. */
  | { readonly errors: readonly GraphQLError[] }

/**
 * The variables of an operation, coerced to their types. The planner and the executor coerce them again, with no bound
 * on errors: whatever is wrong has to be refused before.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Coerced {
  const problem = tooMany(given)
  if (problem) return { errors: [problem] }
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], given, {
    maxErrors: ERRORS,
    // Looked for in a time that grows with the length of what was sent.
    hideSuggestions: true,
  })
  return errors ? { errors } : { variables: coerced }
}

/** Counts without recursion: what is nested deeper than the stack must be counted, too. */
function tooMany(given: unknown): GraphQLError | undefined {
  let values = 0
  const left: unknown[] = [given]
  while (left.length > 0) {
    const value = left.pop()
    if (typeof value !== 'object' || value === null) continue
    const parts: unknown[] = Array.isArray(value) ? value : Object.values(value)
    if (Array.isArray(value) && value.length > ITEMS)
      return new GraphQLError(`A list in the variables has ${value.length} items, and ${ITEMS} are allowed.`)
    values += parts.length
    if (values > VALUES) return new GraphQLError(`The variables have more than ${VALUES} values.`)
    for (const part of parts) left.push(part)
  }
}
