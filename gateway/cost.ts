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

/** A mutation writes, and some hash a password: it costs as much as so many nodes. */
const MUTATION = 900

/** What is counted: an operation that is valid, with the fragments of its document and its coerced variables. */
export type Counted = {
  readonly schema: GraphQLSchema
  readonly operation: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * Counts the nodes that an operation may answer at most: each list as long as its page, times what each of its nodes
 * has below it. Scalars cost nothing, but for those with an alias: the same text can be asked again under each. A
 * fragment is counted once and added as often as it is spread; selections for different types add up.
 *
 * @throws GraphQLError where the operation cannot be executed: a variable is null where null is not allowed
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
    // A step within the schema's description is no node: what is long there are the lists.
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
  // Beyond this an integer is not exact, and prints in another form.
  return Math.min(
    Number.MAX_SAFE_INTEGER,
    ofSelectionSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined),
  )
}

/** As it is executed, and with the same complaint when a condition is null. */
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

/** Validation lets nothing of the kind through; what it did let through must not be free. */
const uncountable = (what: string): GraphQLError =>
  new GraphQLError(`What the operation may answer cannot be counted: ${what} is not known.`)
