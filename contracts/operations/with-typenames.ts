import { type DocumentNode, type FieldNode, Kind, type SelectionNode, visit } from 'graphql'

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

const isMeta = (selection: SelectionNode): boolean =>
  selection.kind === Kind.FIELD && selection.name.value.startsWith('__')

/**
 * A document as clients with a normalised cache send it: `__typename` comes last in every selection set, but for that
 * of the operation and those with a field of introspection or a `__typename` of their own. As Apollo Client's
 * `addTypenameToDocument` does it, so that printing both gives the same bytes. (It also leaves out sets under `@export`,
 * a directive of clients that no registered operation has.)
 */
export const withTypenames = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet(set, _key, parent) {
      const isRoot = parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION
      return isRoot || set.selections.some(isMeta) ? undefined : { ...set, selections: [...set.selections, typename] }
    },
  })
