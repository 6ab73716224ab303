import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql'
import { listSize } from './list-size.ts'

/** In nodes: a mutation writes, and some hash a password. */
const MUTATION = 900

/** Input of the count: a valid operation with the fragments of its document and its coerced variables. */
export type Counted = {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * Counts the nodes that an operation may return at most: the page size of each list, times the nodes below each entry.
 * A scalar costs nothing, except under an alias, which can request the same text again. A fragment is counted once and
 * added each time it is spread; selections for different types add up.
 *
 * @throws GraphQLError when the operation cannot be executed: a variable is null where null is not allowed
 */
export function cost({ schema, operation, fragments, variables }: Counted): number {
  const counted = new Map<string, number>()

  const ofFragment = (name: string): number => {
    const known = counted.get(name)
    if (known !== undefined) return known
    const fragment = fragments.get(name)
    if (!fragment) throw uncountable(`the fragment "${name}"`)
    const nodes = ofSelectionSet(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value))
    counted.set(name, nodes)
    return nodes
  }
  const ofField = (node: FieldNode, parent: GraphQLNamedType): number => {
    const field = fieldOf(schema, parent, node.name.value)
    if (!field) throw uncountable(`the field "${node.name.value}"`)
    const args = getArgumentValues(field, node, variables)
    if (parent === schema.getMutationType()) return MUTATION + below(node, field)
    if (!node.selectionSet) return node.alias ? 1 : 0
    const size = listSize(schema, parent, field, args)
    // A single object of the introspection schema is not a node: only the lists there are long.
    const own = isIntrospectionType(parent) && size === 1 ? 0 : 1
    return size * (own + below(node, field))
  }
  const below = (node: FieldNode, field: GraphQLField<unknown, unknown>): number =>
    node.selectionSet ? ofSelectionSet(node.selectionSet, getNamedType(field.type)) : 0
  const ofSelection = (node: SelectionNode, parent: GraphQLNamedType): number => {
    if (!isIncluded(node, variables)) return 0
    if (node.kind === Kind.FRAGMENT_SPREAD) return ofFragment(node.name.value)
    if (node.kind === Kind.FIELD) return ofField(node, parent)
    return ofSelectionSet(
      node.selectionSet,
      node.typeCondition ? schema.getType(node.typeCondition.name.value) : parent,
    )
  }
  const ofSelectionSet = ({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined): number => {
    if (!isCompositeType(parent)) throw uncountable('a selection')
    return selections.reduce((nodes, selection) => nodes + ofSelection(selection, parent), 0)
  }
  // Larger integers are not exact and print in another notation.
  return Math.min(
    Number.MAX_SAFE_INTEGER,
    ofSelectionSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined),
  )
}

/** As in execution, with the same error when a condition is null. */
const isIncluded = (node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean =>
  getDirectiveValues(GraphQLSkipDirective, node, variables)?.if !== true &&
  getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false

function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLNamedType,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef
  if (parent === schema.getQueryType())
    for (const meta of [SchemaMetaFieldDef, TypeMetaFieldDef]) if (name === meta.name) return meta
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
}

/** Unreachable after validation. If it happens all the same, the operation must not be free. */
const uncountable = (what: string): GraphQLError =>
  new GraphQLError(`What the operation may answer cannot be counted: ${what} is not known.`)
