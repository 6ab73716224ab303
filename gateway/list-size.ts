import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNullableType,
  isIntrospectionType,
  isListType,
} from 'graphql'

/** How many nodes a list is taken to have when the operation does not say, as many as a page has then. */
const STANDARD_PAGE = 20

/** How many entries a list of the schema's description is taken to have: fields of a type, arguments of a field. */
const DESCRIBED = 10

/** How many nodes a field is taken to answer at most, each time it is asked. At least 1. */
export function listSize(
  schema: GraphQLSchema,
  parent: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
  args: Readonly<Record<string, unknown>>,
): number {
  if (isIntrospectionType(parent)) {
    if (!isListType(getNullableType(field.type))) return 1
    return field.name === 'types' ? Object.keys(schema.getTypeMap()).length : DESCRIBED
  }
  if (!field.args.some(({ name }) => name === 'first')) return 1
  // A size out of bounds is refused by the subgraph, which knows the bounds; it must not make an operation cheap.
  const asked = [args.first, args.last].filter((size) => size !== undefined && size !== null).map(Number)
  return Math.max(1, ...(asked.length > 0 && asked.every((size) => size >= 0) ? asked : [STANDARD_PAGE, ...asked]))
}
