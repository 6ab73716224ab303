import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** How often an operation selects each root field, including fragments; each alias counts. */
export function rootFields(document: DocumentNode, operation: OperationDefinitionNode): ReadonlyMap<string, number> {
  const fragments = new Map(
    document.definitions.flatMap((definition): [string, FragmentDefinitionNode][] =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  )
  const fieldOf = new Map<string, string>()
  const seen = new Set<FragmentDefinitionNode>()
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) fieldOf.set((selection.alias ?? selection.name).value, selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet)
      else {
        const fragment = fragments.get(selection.name.value)
        if (!fragment || seen.has(fragment)) continue
        seen.add(fragment)
        collect(fragment.selectionSet)
      }
    }
  }
  collect(operation.selectionSet)
  const times = new Map<string, number>()
  for (const field of fieldOf.values()) times.set(field, (times.get(field) ?? 0) + 1)
  return times
}
