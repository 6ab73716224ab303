import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql'

/** Per list, and for all of a request's variables together. */
const ITEMS = 1_000
const VALUES = 10_000

/** Nested objects and lists, including the variables object itself. */
const LEVELS = 50

/** Per request; a note that there are more adds one. */
const ERRORS = 4

export type Coerced =
  | { readonly variables: Readonly<Record<string, unknown>> }
  /** What is wrong: too many values or levels, or values of the wrong type. At most five. */
  | { readonly errors: readonly GraphQLError[] }

/**
 * Coerces the variables of an operation to their types. The planner and the executor coerce them again with no bound on
 * errors, so everything invalid must be refused here.
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
    // The search for suggestions takes longer with the length of the input.
    hideSuggestions: true,
  })
  return errors ? { errors } : { variables: coerced }
}

/** Counts without recursion: input may be nested deeper than the stack. */
function tooMany(given: unknown): GraphQLError | undefined {
  let values = 0
  const left: { readonly value: unknown; readonly level: number }[] = [{ value: given, level: 1 }]
  for (let next = left.pop(); next; next = left.pop()) {
    const { value, level } = next
    if (typeof value !== 'object' || value === null) continue
    if (level > LEVELS) return new GraphQLError(`The variables are nested deeper than ${LEVELS} levels.`)
    const parts: unknown[] = Array.isArray(value) ? value : Object.values(value)
    if (Array.isArray(value) && value.length > ITEMS)
      return new GraphQLError(`A list in the variables has ${value.length} items, and ${ITEMS} are allowed.`)
    values += parts.length
    if (values > VALUES) return new GraphQLError(`The variables have more than ${VALUES} values.`)
    for (const part of parts) left.push({ value: part, level: level + 1 })
  }
}
