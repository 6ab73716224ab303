import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql'

/** In one list, and in all of a request's variables together. */
const ITEMS = 1_000
const VALUES = 10_000

/** Objects and lists in each other, the variables themselves among them. */
const LEVELS = 50

/** Of one request; with the note that there are more, one more. */
const ERRORS = 4

export type Coerced =
  | { readonly variables: Readonly<Record<string, unknown>> }
  /** What is wrong: too many values or levels, or some that do not have their types. At most five. */
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
