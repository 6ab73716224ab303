import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** How much one operation, or one fragment, asks with all its fragments expanded. */
export type OperationSize = {
  /** Levels of fields, those of the schema's own description apart. */
  readonly depth: number
  /** Levels of fields below `__schema` or `__type`. */
  readonly introspectionDepth: number
  readonly aliases: number
  /** Fields that stand in their selection set, with its inline fragments, before. */
  readonly repeats: number
  readonly directives: number
  readonly selections: number
  /** Fields with fields below them, those of the schema's own description apart: what may need a fetch of its own. */
  readonly objects: number
  /** Fragments with a condition that ask for the schema's own description. */
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

/** Sizes lie beside each other: depths are the deeper one, counts add up. */
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
 * Measures definitions of a document that need not be valid. Each fragment is measured once and counted as often as it
 * is spread, so the time grows with the text, not with what the text expands to. A count may be Infinity.
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
    // A fragment that spreads itself is refused by validation; here it only has to end.
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

/** What lies below `__schema` or `__type` has levels of its own: the usual introspection is deeper than any operation. */
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

/** Validation compares each of them with all others of its name. */
function repeatsIn(selectionSet: SelectionSetNode): OperationSize {
  const names = namesIn(selectionSet)
  return { ...empty, repeats: names.length - new Set(names).size }
}

const namesIn = ({ selections }: SelectionSetNode): string[] =>
  selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [(selection.alias ?? selection.name).value]
    return selection.kind === Kind.INLINE_FRAGMENT ? namesIn(selection.selectionSet) : []
  })
