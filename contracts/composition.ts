import { type CompositionResult, composeServices } from '@apollo/composition'
import { GraphQLError, parse, Source } from 'graphql'
import { readSdl, type SubgraphSdl } from './subgraph-sdl.ts'
import { type ListedSubgraph, readSupergraphList } from './supergraph-list.ts'

export type CompositionHint = NonNullable<CompositionResult['hints']>[number]

export type Composition = { readonly subgraphs: readonly SubgraphSdl[]; readonly result: CompositionResult }

/** Hints about the next step of moving a field between subgraphs. They are not faults. */
const stepsOfAMove: readonly string[] = [
  'OVERRIDDEN_FIELD_CAN_BE_REMOVED',
  'OVERRIDE_DIRECTIVE_CAN_BE_REMOVED',
  'OVERRIDE_MIGRATION_IN_PROGRESS',
]
export const isStepOfAMove = (hint: CompositionHint): boolean => stepsOfAMove.includes(hint.definition.code)

/**
 * Composes the subgraphs of a list; offline, unless it has urls. Nodes of errors and hints have file or url and line.
 * @throws InvalidList, UnreachableSubgraph
 */
export async function composeList(
  path: string,
  list: readonly ListedSubgraph[] = readSupergraphList(path),
): Promise<Composition> {
  const subgraphs = await Promise.all(list.map((listed) => readSdl(path, listed)))
  return { subgraphs, result: compose(subgraphs) }
}

function compose(subgraphs: readonly SubgraphSdl[]): CompositionResult {
  try {
    return composeServices(
      subgraphs.map(({ name, url, from, text }) => ({ name, url, typeDefs: parse(new Source(text, from)) })),
    )
  } catch (error) {
    // A syntax error. Composition returns its own errors in its result.
    if (error instanceof GraphQLError) return { errors: [error] }
    throw error
  }
}
