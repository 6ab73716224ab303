import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** The size of one operation or fragment with all its fragments expanded. */
export type OperationSize = {
  /** Levels of fields, without those of introspection. */
  readonly depth: number
  /** Levels of fields below `__schema` or `__type`. */
  readonly introspectionDepth: number
  readonly aliases: number
  /** Fields that occurred earlier in the same selection set, including its inline fragments. */
  readonly repeats: number
  readonly directives: number
  readonly selections: number
  /** Fields with subfields, without those of introspection: each may need its own fetch. */
  readonly objects: number
  /** Fragments with a condition that contain introspection. */
  readonly conditionalIntrospections: number
}

const empty: OperationSize = {
  depth: 0,
  introspectionDepth: 0,
  aliases: 0,
  repeats: 0,
  directives: 0,
  selections: 0,
  objects: 0,
  conditionalIntrospections: 0,
}

/** Combines sizes of siblings: the larger depth, the sum of counts. */
const beside = (one: OperationSize, other: OperationSize): OperationSize => ({
  depth: Math.max(one.depth, other.depth),
  introspectionDepth: Math.max(one.introspectionDepth, other.introspectionDepth),
  aliases: one.aliases + other.aliases,
  repeats: one.repeats + other.repeats,
  directives: one.directives + other.directives,
  selections: one.selections + other.selections,
  objects: one.objects + other.objects,
  conditionalIntrospections: one.conditionalIntrospections + other.conditionalIntrospections,
})

/**
 * Measures definitions of a document that need not be valid. Each fragment is measured once and counted each time it is
 * spread, so the time grows with the text, not with its expansion. A count may be Infinity.
 */
export function createMeasure(
  document: DocumentNode,
): (definition: OperationDefinitionNode | FragmentDefinitionNode) => OperationSize {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const measured = new Map<string, OperationSize>()

  const ofFragment = (name: string): OperationSize => {
    const known = measured.get(name)
    if (known) return known
    // Validation refuses a fragment that spreads itself; here the recursion only has to end.
    measured.set(name, empty)
    const fragment = fragments.get(name)
    const size = fragment ? ofDefinition(fragment) : empty
    measured.set(name, size)
    return size
  }
  const ofSelection = (selection: SelectionNode): OperationSize => {
    const own = { ...empty, selections: 1, directives: selection.directives?.length ?? 0 }
    const below =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? ofFragment(selection.name.value)
        : selection.selectionSet
          ? beside(
              selection.kind === Kind.FIELD ? repeatsIn(selection.selectionSet) : empty,
              ofSelectionSet(selection.selectionSet),
            )
          : empty
    if (selection.kind !== Kind.FIELD) {
      const conditional = own.directives > 0 && below.introspectionDepth > 0
      return beside({ ...own, conditionalIntrospections: conditional ? 1 : 0 }, below)
    }
    return { ...beside(own, below), ...levels(selection, below), aliases: below.aliases + (selection.alias ? 1 : 0) }
  }
  const ofSelectionSet = ({ selections }: SelectionSetNode): OperationSize =>
    selections.reduce((size, selection) => beside(size, ofSelection(selection)), empty)
  const ofDefinition = ({ directives, selectionSet }: OperationDefinitionNode | FragmentDefinitionNode) =>
    beside(
      { ...empty, directives: directives?.length ?? 0 },
      beside(repeatsIn(selectionSet), ofSelectionSet(selectionSet)),
    )
  return ofDefinition
}

/** Fields below `__schema` or `__type` count separately: the usual introspection is deeper than any operation. */
function levels(
  { name, selectionSet }: FieldNode,
  below: OperationSize,
): Pick<OperationSize, 'depth' | 'introspectionDepth' | 'objects'> {
  if (name.value === '__schema' || name.value === '__type')
    return { depth: 0, introspectionDepth: Math.max(below.depth, below.introspectionDepth) + 1, objects: 0 }
  return {
    depth: below.depth + 1,
    introspectionDepth: below.introspectionDepth,
    objects: below.objects + (selectionSet ? 1 : 0),
  }
}

/** Validation compares each repeated field with all others of its name. */
function repeatsIn(selectionSet: SelectionSetNode): OperationSize {
  const names = namesIn(selectionSet)
  return { ...empty, repeats: names.length - new Set(names).size }
}

const namesIn = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [(selection.alias ?? selection.name).value]
    return selection.kind === Kind.INLINE_FRAGMENT ? namesIn(selection.selectionSet) : []
  })
