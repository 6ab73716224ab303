import { type DocumentNode, type FieldNode, parse, type VariableNode, visit } from 'graphql'

/** Prefix of renamed names. A client's own name that begins with it gets it a second time. */
const PREFIX = '_client_'

/** Names of entities, of every object, and of what JavaScript objects inherit: no supergraph lists them. */
const ALWAYS = ['__typename', '_entities', '_service', '__proto__']

/** The variable that the planner uses in its fetches of entities. */
const REPRESENTATIONS = 'representations'

/**
 * Names that the planner may select itself beside a client's fields: key and required fields, under their schema names,
 * and names that it generates (`slug__alias_0`).
 */
export type ReservedNames = {
  /** The same operation, with each alias or variable renamed that could collide with the planner's. */
  avoidedIn(document: DocumentNode): DocumentNode
}

/** @param supergraphSdl with all fields of all subgraphs, including those that clients cannot query */
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
  // Apollo Server caches parsed documents: rename each only once.
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

/** The variables of a request, keyed by their names in the renamed document. */
export const avoidVariables = (variables: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [avoidVariable(name) ? `${PREFIX}${name}` : name, value]),
  )

/** Restores a name as the client wrote it. */
export const restoreName = (name: string): string => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name)

/** Restores the names quoted in a message. */
export const restoreText = (text: string): string => text.replaceAll(new RegExp(`\\b${PREFIX}`, 'g'), '')
