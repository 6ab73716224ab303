import type { GraphQLError } from 'graphql'
import { type CompositionHint, isStepOfAMove } from '#contracts/composition.ts'
import type { Change, Side } from '../change.ts'
import { type Composed, fileOf, supergraphList } from './compose-side.ts'
import type { Place } from './place.ts'
import { remedies } from './remedies.ts'

const everybody = ['every client: without a supergraph the gateway cannot take this change']

/** Composition's errors. `changed` are the files that differ from the side before. */
export const compositionErrors = (
  errors: readonly GraphQLError[],
  side: Side,
  changed: ReadonlySet<string>,
): readonly Change[] =>
  errors.map((error) => ({
    level: 'breaking',
    rule: 'graphql.does-not-compose',
    message: `The subgraphs do not compose (${codeOf(error)}): ${error.message}`,
    ...placeOfError(error, side, changed),
    breaks: everybody,
    remedy: codeOf(error) === 'INVALID_FIELD_SHARING' ? remedies.share : remedies.compose,
  }))

/** A code of composition, which no client sees. Syntax errors have none. */
const codeOf = ({ extensions: { code } }: GraphQLError): string => code ?? 'INVALID_GRAPHQL'

/** The list of subgraphs itself cannot be used. */
export const listError = (error: Error, side: Side): Change => ({
  level: 'breaking',
  rule: 'graphql.does-not-compose',
  message: error.message.replaceAll(`${side.dir}/`, ''),
  file: supergraphList,
  line: null,
  breaks: everybody,
  remedy: remedies.compose,
})

/** The hints of composition that are new. */
export function newHints(before: Composed, after: Composed, side: Side): readonly Change[] {
  const known = new Set(before.hints.map(keyOf))
  return after.hints
    .filter((hint) => !known.has(keyOf(hint)))
    .map((hint) => ({
      ...(isStepOfAMove(hint)
        ? { level: 'safe' as const, remedy: null }
        : { level: 'dangerous' as const, remedy: remedies.hint }),
      rule: 'graphql.composition-hint',
      message: `Composition hints (${hint.definition.code}): ${hint.message}`,
      ...placeOfNodes(hint.nodes ?? [], side),
      breaks: [],
    }))
}

const keyOf = ({ definition, message }: CompositionHint) => `${definition.code} ${message}`

/** The first place in a changed file, else the first place. A syntax error has a source and no nodes. */
function placeOfError({ nodes, source, locations }: GraphQLError, side: Side, changed: ReadonlySet<string>): Place {
  if (!nodes && source) return { file: fileOf(side, source.name), line: locations?.[0]?.line ?? null }
  const places = (nodes ?? []).map((node) => placeOfNodes([node], side))
  return places.find(({ file }) => changed.has(file)) ?? places[0] ?? { file: supergraphList, line: null }
}

type Located = {
  readonly loc?:
    | { readonly source: { readonly name: string }; readonly startToken: { readonly line: number } }
    | undefined
}

function placeOfNodes(nodes: readonly (Located & { readonly name?: unknown })[], side: Side): Place {
  const node = nodes.find(({ loc }) => loc)
  const file = node?.loc ? fileOf(side, node.loc.source.name) : supergraphList
  // The line of the name, because a description may precede it. Nodes without a name have only their start.
  const line = (node?.name as Located | undefined)?.loc?.startToken.line ?? node?.loc?.startToken.line
  return { file, line: file === supergraphList ? null : (line ?? null) }
}
