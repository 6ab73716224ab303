import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNullableType,
  isIntrospectionType,
  isListType,
} from 'graphql'

/** Assumed nodes of a list when the operation gives no size: the size of a default page. */
const STANDARD_PAGE = 20

/** Assumed entries of a list of the introspection schema: fields of a type, arguments of a field. */
const DESCRIBED = 10

/** Assumed maximum of nodes that a field returns each time it is selected. At least 1. */
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
  // The subgraph refuses a size that is out of bounds; here it must not make an operation cheap.
  const asked = [args.first, args.last].filter((size) => size !== undefined && size !== null).map(Number)
  return Math.max(1, ...(asked.length > 0 && asked.every((size) => size >= 0) ? asked : [STANDARD_PAGE, ...asked]))
}
