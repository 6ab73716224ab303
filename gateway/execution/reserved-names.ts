import { type DocumentNode, type FieldNode, parse, type VariableNode, visit } from 'graphql'

/** Stands before what is renamed; a client's own name that begins so gets it once more. */
const PREFIX = '_client_'

/** Of entities, of every object, and of what JavaScript objects inherit: no supergraph lists them. */
const ALWAYS = ['__typename', '_entities', '_service', '__proto__']

/** The variable of the planner's own that its fetches of entities have. */
const REPRESENTATIONS = 'representations'

/**
 * Names that the planner may select beside a client's own fields, on its own account: fields of keys and of what is
 * required, under the names of the schema, and those that it makes up (`slug__alias_0`).
 */
export type ReservedNames = {
  /** The same operation, with other names where a client's aliases or variables could meet the planner's. */
  avoidedIn(document: DocumentNode): DocumentNode
}

/** @param supergraphSdl with all fields of all subgraphs, also those that clients cannot ask for */
export function reservedNames(supergraphSdl: string): ReservedNames {
  const reserved = new Set(ALWAYS)
  visit(parse(supergraphSdl), { FieldDefinition: ({ name }) => void reserved.add(name.value) })
  const isReserved = (name: string) => reserved.has(name) || name.startsWith(PREFIX) || /__alias_\d+$/.test(name)
  const renamed = <N extends FieldNode | VariableNode>(node: N, part: 'alias' | 'name', name: string): N => ({
    ...node,
    [part]: { ...node.name, value: `${PREFIX}${name}` },
  })
  const avoid = (document: DocumentNode): DocumentNode =>
    visit(document, {
      Field: (node) =>
        node.alias && node.alias.value !== node.name.value && isReserved(node.alias.value)
          ? renamed(node, 'alias', node.alias.value)
          : undefined,
      Variable: (node) => (avoidVariable(node.name.value) ? renamed(node, 'name', node.name.value) : undefined),
    })
  // Apollo Server keeps parsed documents: each is looked at once.
  const known = new WeakMap<DocumentNode, DocumentNode>()
  return {
    avoidedIn(document) {
      const avoided = known.get(document) ?? avoid(document)
      known.set(document, avoided)
      return avoided
    },
  }
}

const avoidVariable = (name: string): boolean => name === REPRESENTATIONS || name.startsWith(PREFIX)

/** The values of a request under the names that its variables have in an avoiding document. */
export const avoidVariables = (variables: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [avoidVariable(name) ? `${PREFIX}${name}` : name, value]),
  )

/** A name as the client wrote it. */
export const restoreName = (name: string): string => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name)

/** A sentence that quotes names. */
export const restoreText = (text: string): string => text.replaceAll(new RegExp(`\\b${PREFIX}`, 'g'), '')
