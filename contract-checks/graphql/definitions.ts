import { type ASTNode, type DirectiveNode, type DocumentNode, Kind, print } from 'graphql'

/** Where something is defined in a subgraph's schema. */
export type Definition = {
  readonly subgraph: string
  /** From the root of the repository. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** As printed, so that definitions that differ only in white space are equal. */
  readonly text: string
  readonly external: boolean
}

/** By coordinate: `Post`, `Post.author`, `Query.post.id`, `PostStatus.DRAFT`, `Post.@key`, `Post.author.@provides`. */
export type Definitions = ReadonlyMap<string, readonly Definition[]>

type Named = ASTNode & { readonly name: { readonly value: string } }
type Source = { readonly name: string; readonly file: string; readonly document: DocumentNode }

export function definitionsOf(sources: readonly Source[]): Definitions {
  const found = new Map<string, Definition[]>()
  for (const { name: subgraph, file, document } of sources) {
    const add = (path: string, node: Named) => {
      const external = directivesOf(node).some(({ name }) => name.value === 'external')
      const line = lineOf(node)
      const definition = { subgraph, file, line, text: print(node), external }
      found.set(path, [...(found.get(path) ?? []), definition])
      for (const directive of directivesOf(node)) add(`${path}.@${directive.name.value}`, directive)
      for (const part of partsOf(node)) add(`${path}.${part.name.value}`, part)
    }
    for (const node of document.definitions) {
      if (node.kind === Kind.DIRECTIVE_DEFINITION) add(`@${node.name.value}`, node)
      else if ('name' in node && node.name && node.kind !== Kind.OPERATION_DEFINITION)
        add(node.name.value, node as Named)
    }
  }
  return found
}

const directivesOf = (node: ASTNode): readonly DirectiveNode[] =>
  'directives' in node ? ((node.directives ?? []) as readonly DirectiveNode[]) : []

function partsOf(node: ASTNode): readonly Named[] {
  if (node.kind === Kind.DIRECTIVE) return []
  if ('fields' in node) return (node.fields ?? []) as readonly Named[]
  if ('values' in node) return (node.values ?? []) as readonly Named[]
  return 'arguments' in node ? ((node.arguments ?? []) as readonly Named[]) : []
}

/** The line of its name, because a description may precede it. */
function lineOf(node: Named): number {
  const { loc } = node.name as ASTNode
  return loc?.startToken.line ?? 1
}
