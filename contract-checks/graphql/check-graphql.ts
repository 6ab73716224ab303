import { GraphQLError } from 'graphql'
import { UnreachableSubgraph } from '#contracts/subgraph-sdl.ts'
import { InvalidList } from '#contracts/supergraph-list.ts'
import { CannotJudge, type Change, type Check, type Side } from '../change.ts'
import { manifestChanges } from '../operations/manifest-changes.ts'
import { fileOfSource, type Operation, ofBothSides, operationsFolder, operationsOf } from '../operations/operation.ts'
import { operationChanges } from '../operations/operation-changes.ts'
import { usageOf } from '../operations/usage.ts'
import { changedFiles } from '../sides/changed-files.ts'
import { apiChanges } from './api-changes.ts'
import { type Composed, composeSide, listOf, listOfBase, type NotComposed } from './compose-side.ts'
import { compositionErrors, listError, newHints } from './composition-changes.ts'
import { remedies } from './remedies.ts'
import { subgraphChanges } from './subgraph-changes.ts'
import { subgraphListChanges } from './subgraph-list-changes.ts'

/** Changes of the supergraph, of what clients see of it, of each subgraph, and of the registered operations. */
export const checkGraphql: Check = async (before, after) => {
  try {
    const composed = await composeSide(after)
    if ('errors' in composed) return compositionErrors(composed.errors, after, await changedFiles(before, after))
    return await compare(before, await baseOf(before, after), after, composed)
  } catch (error) {
    if (error instanceof InvalidList) return [listError(error, after)]
    if (error instanceof UnreachableSubgraph) throw new CannotJudge(error.message)
    throw error
  }
}

async function baseOf(before: Side, after: Side): Promise<Composed> {
  const why = (composed: NotComposed) => composed.errors.map(({ message }) => message).join('\n')
  try {
    const composed = await composeSide(before, listOfBase(before, listOf(after)))
    if (!('errors' in composed)) return composed
    throw new CannotJudge(`${before.label} does not compose. Name a base that does by --against. ${why(composed)}`)
  } catch (error) {
    if (!(error instanceof InvalidList)) throw error
    throw new CannotJudge(`${before.label} has no list of subgraphs that can be used: ${error.message}`)
  }
}

async function compare(before: Side, was: Composed, after: Side, is: Composed): Promise<readonly Change[]> {
  const earlier = readOperations(before)
  if ('unreadable' in earlier) throw new CannotJudge(`In ${before.label}: ${earlier.unreadable.message}`)
  const later = readOperations(after)
  const now = 'unreadable' in later ? [] : later
  const all = ofBothSides(earlier, now)

  const ofApi = await apiChanges(was, is, all)
  const reported = new Set(ofApi.map(({ path }) => path))
  const ofSubgraphs = await subgraphChanges(was, is, reported, usageOf(was.api, all))
  const sides = [
    { side: before, operations: earlier },
    { side: after, operations: now },
  ] as const
  const ofOperations =
    'unreadable' in later
      ? [later.unreadable]
      : [...operationChanges(is.api, ...sides, ofApi), ...manifestChanges(...sides)]
  return [
    ...ofApi.map(({ path: _, ...change }) => change),
    ...ofSubgraphs,
    ...subgraphListChanges(was, is, { before, after }),
    ...newHints(was, is, after),
    ...ofOperations,
  ]
}

function readOperations(side: Side): readonly Operation[] | { readonly unreadable: Change } {
  try {
    return operationsOf(side)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { nodes, source = nodes?.at(-1)?.loc?.source, locations, message } = error
    const unreadable: Change = {
      level: 'breaking',
      rule: 'operation.unreadable',
      message,
      file: source ? fileOfSource(side, source.name) : operationsFolder,
      line: locations?.at(-1)?.line ?? null,
      breaks: [],
      remedy: remedies.unreadable,
    }
    return { unreadable }
  }
}
