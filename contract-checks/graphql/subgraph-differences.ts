import { buildSubgraphSchema } from '@apollo/subgraph'
import { type Change as Difference, diff, type SerializableChange } from '@graphql-inspector/core'
import { parse, visit } from 'graphql'
import { withoutParts } from './api-changes.ts'
import type { Subgraph } from './compose-side.ts'

/** One difference of a subgraph's own schema that federation may see. */
export type SubgraphDifference = {
  readonly type: SerializableChange['type']
  /** As in `User.bio`, or `User.@key` when it is about a directive. */
  readonly path: string
  readonly message: string
  readonly isSafeToClients: boolean
  /** When it is about a directive: its name, and what became of it. */
  readonly directive?: { readonly name: string; readonly became: Becoming }
}

/** `widened` and `narrowed` are changes of a directive's `fields`: it names more of them now, or fewer. */
export type Becoming = 'added' | 'removed' | 'changed' | 'widened' | 'narrowed'

/** How a subgraph's own schema changed, without descriptions and what every subgraph has. */
export async function subgraphDifferences(before: Subgraph, after: Subgraph): Promise<readonly SubgraphDifference[]> {
  const found = await diff(buildSubgraphSchema(before.document), buildSubgraphSchema(after.document))
  const changed = new Set(found.filter(hasOldArgument).map(({ path }) => path))
  const relevant = withoutParts(found)
    .filter(isOfFederation)
    // An argument that changed is reported as removed and as added.
    .filter(({ type, path }) => !(type === 'DIRECTIVE_USAGE_ARGUMENT_REMOVED' && changed.has(path)))
    .map(described)
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

type ArgumentAdded = Extract<SerializableChange, { readonly type: 'DIRECTIVE_USAGE_ARGUMENT_ADDED' }>

const hasOldArgument = (difference: Difference): difference is Difference & ArgumentAdded =>
  difference.type === 'DIRECTIVE_USAGE_ARGUMENT_ADDED' &&
  (difference as Difference & ArgumentAdded).meta.oldArgumentValue !== null

function described(difference: Difference): SubgraphDifference {
  const { type, path = '', message, criticality } = difference as Difference & { type: SerializableChange['type'] }
  const plain = { type, path, message, isSafeToClients: criticality.level === 'NON_BREAKING' }
  const [directivePath, name] = /^.*?\.@(\w+)/.exec(path) ?? []
  if (directivePath === undefined || name === undefined) return plain
  if (hasOldArgument(difference)) {
    const { oldArgumentValue: was, addedArgumentValue: is, addedArgumentName: argument } = difference.meta
    const words = `@${name}(${argument}: ${was}) of '${ownerOf(path)}' became @${name}(${argument}: ${is})`
    const became = argument === 'fields' ? compareFields(was ?? '', is) : 'changed'
    return { ...plain, path: directivePath, message: words, directive: { name, became } }
  }
  const ofArgument = type.startsWith('DIRECTIVE_USAGE_ARGUMENT_') && !type.includes('DEFINITION')
  const became = ofArgument ? 'changed' : type.endsWith('ADDED') ? 'added' : 'removed'
  return { ...plain, path: directivePath, directive: { name, became } }
}

/** @param was a set of fields as federation writes it, a literal of GraphQL, such as `"author { name }"` */
function compareFields(was: string, is: string): Becoming {
  const [before, after] = [fieldsOf(was), fieldsOf(is)]
  if ([...before].every((field) => after.has(field))) return 'widened'
  return [...after].every((field) => before.has(field)) ? 'narrowed' : 'changed'
}

/** The fields of a set with those around them, as in `author.name`. */
function fieldsOf(literal: string): ReadonlySet<string> {
  const paths = new Set<string>()
  const around: string[] = []
  visit(parse(`{ ${JSON.parse(literal) as string} }`), {
    Field: {
      enter({ name: { value } }) {
        around.push(value)
        paths.add(around.join('.'))
      },
      leave: () => void around.pop(),
    },
  })
  return paths
}
