import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import {
  type DefinitionNode,
  type DocumentNode,
  GraphQLError,
  Kind,
  type OperationTypeNode,
  parse,
  print,
  Source,
  separateOperations,
} from 'graphql'
import { operationFilesIn } from './clients.ts'
import { withTypenames } from './with-typenames.ts'

/** An operation that a client sends. Changes of the schema must not break it. */
export type RegisteredOperation = {
  readonly name: string
  readonly type: `${OperationTypeNode}`
  /** The operation with the fragments that it spreads, as `print` writes it. */
  readonly body: string
}

/**
 * The operations and fragments of all files below a client's folder, as one document. Fragments may be in any file.
 * @throws GraphQLError with the location, for a syntax error, a missing name or a duplicate name
 */
export function registeredDocument(dir: string): DocumentNode {
  const definitions = operationFilesIn(dir)
    .map((file) => join(dir, file))
    .flatMap((path) => parse(new Source(readFileSync(path, 'utf8'), relative('', path))).definitions)
  refuseUnclearNames(definitions)
  return { kind: Kind.DOCUMENT, definitions }
}

/**
 * The operations of a document, by name: each as it is written, then as clients with a normalised cache send it. Both
 * stay registered, since the library of a client decides which of them it sends.
 */
export function operationsOf(document: DocumentNode): readonly RegisteredOperation[] {
  const separated = separateOperations(document)
  return document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .flatMap((definition) => (definition.name ? [{ name: definition.name.value, type: definition.operation }] : []))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, type }) => bodiesOf(separated[name]).map((body) => ({ name, type, body })))
}

/** One when both are equal, as of an operation that selects no objects. */
const bodiesOf = (operation: DocumentNode | undefined): readonly string[] =>
  operation ? [...new Set([print(operation), print(withTypenames(operation))])] : []

/** Names identify operations in typed documents, logs and reports, and are the keys of `separateOperations`. */
function refuseUnclearNames(definitions: readonly DefinitionNode[]): void {
  const seen = new Map<string, DefinitionNode>()
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
      throw new GraphQLError('Only operations and fragments are registered.', { nodes: definition })
    if (!definition.name) throw new GraphQLError('An operation that is registered has a name.', { nodes: definition })
    const known = seen.get(`${definition.kind} ${definition.name.value}`)
    if (known)
      throw new GraphQLError(`There are two of the name "${definition.name.value}".`, { nodes: [known, definition] })
    seen.set(`${definition.kind} ${definition.name.value}`, definition)
  }
}
