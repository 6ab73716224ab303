import { buildSubgraphSchema } from '@apollo/subgraph'
import { type Change as Difference, diff, type SerializableChange } from '@graphql-inspector/core'
import { withoutParts } from './api-changes.ts'
import type { Subgraph } from './compose-side.ts'

/** One difference of a subgraph's own schema that federation may see. */
export type SubgraphDifference = {
  readonly type: SerializableChange['type']
  /** As in `User.bio`, or `User.@key` when it is about a directive. */
  readonly path: string
  readonly message: string
  readonly isSafeToClients: boolean
  /** When it is about a directive: its name, and whether it was added, removed, or has other arguments. */
  readonly directive?: { readonly name: string; readonly became: 'added' | 'removed' | 'changed' }
}

/** How a subgraph's own schema changed, without descriptions and what every subgraph has. */
export async function subgraphDifferences(before: Subgraph, after: Subgraph): Promise<readonly SubgraphDifference[]> {
  const found = await diff(buildSubgraphSchema(before.document), buildSubgraphSchema(after.document))
  const relevant = withoutParts(found).filter(isOfFederation).map(described)
  const whole = new Set(relevant.filter(({ directive }) => !directive).map(({ path }) => path))
  const seen = new Set<string>()
  return relevant.filter(({ path, directive }) => {
    if (!directive) return true
    // An added or removed field includes its directives, and one difference of a directive's arguments is enough.
    const isReported = whole.has(ownerOf(path)) || seen.has(path)
    seen.add(path)
    return !isReported
  })
}

export const ownerOf = (path: string): string => path.replace(/\.@.*/, '')

function isOfFederation({ type, path = '' }: Difference): boolean {
  if (/DESCRIPTION|DEPRECATION/.test(type)) return false
  return path !== '' && !/^(_|@|\.|Query\._|federation__|link__)|@deprecated|@tag/.test(path)
}

function described(difference: Difference): SubgraphDifference {
  const { type, path = '', message, criticality } = difference as Difference & { type: SerializableChange['type'] }
  const plain = { type, path, message, isSafeToClients: criticality.level === 'NON_BREAKING' }
  const [directivePath, name] = /^.*?\.@(\w+)/.exec(path) ?? []
  if (directivePath === undefined || name === undefined) return plain
  const change = difference as SerializableChange
  if (change.type === 'DIRECTIVE_USAGE_ARGUMENT_ADDED' && change.meta.oldArgumentValue !== null) {
    const { oldArgumentValue: was, addedArgumentValue: is, addedArgumentName: argument } = change.meta
    const words = `@${name}(${argument}: ${was}) of '${ownerOf(path)}' became @${name}(${argument}: ${is})`
    return { ...plain, path: directivePath, message: words, directive: { name, became: 'changed' } }
  }
  const ofArgument = type.startsWith('DIRECTIVE_USAGE_ARGUMENT_') && !type.includes('DEFINITION')
  const became = ofArgument ? 'changed' : type.endsWith('ADDED') ? 'added' : 'removed'
  return { ...plain, path: directivePath, directive: { name, became } }
}
