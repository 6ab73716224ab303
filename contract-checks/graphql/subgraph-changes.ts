import type { Change } from '../change.ts'
import { label } from '../operations/operation.ts'
import type { Usage } from '../operations/usage.ts'
import type { Composed } from './compose-side.ts'
import { judgeDirective } from './judge-directive.ts'
import { arriving, leaving, type Move } from './moves.ts'
import { placeOf } from './place.ts'
import { remedies } from './remedies.ts'
import { ownerOf, type SubgraphDifference, subgraphDifferences } from './subgraph-differences.ts'
import { dangerous, safe } from './verdict.ts'

/** Changes of the subgraphs' own schemas that federation sees and clients do not. */
export async function subgraphChanges(
  before: Composed,
  after: Composed,
  reportedForApi: ReadonlySet<string>,
  usage: Usage,
): Promise<readonly Change[]> {
  const pairs = after.subgraphs.flatMap((now) => {
    const was = before.subgraphs.find(({ name }) => name === now.name)
    return was ? [{ was, now }] : []
  })
  const changes = pairs.map(async ({ was, now }) =>
    (await subgraphDifferences(was, now))
      .filter(({ path, directive }) => directive || !reportedForApi.has(path))
      .flatMap((difference) => changeOf(difference, moveOf(now.name, difference, before, after, usage), before, after)),
  )
  return (await Promise.all(changes)).flat()
}

function moveOf(
  subgraph: string,
  difference: SubgraphDifference,
  before: Composed,
  after: Composed,
  usage: Usage,
): Move {
  const { type, path, directive, message, isSafeToClients } = difference
  if (directive?.name === 'external' && directive.became !== 'changed') {
    const field = ownerOf(path)
    return directive.became === 'added'
      ? leaving(field, subgraph, before, after, usage)
      : arriving(field, subgraph, before, after)
  }
  const words = `In ${subgraph}: ${message}`
  if (directive) return { verdict: judgeDirective(directive), message: words, subgraph }
  if (type === 'FIELD_REMOVED' || type === 'TYPE_REMOVED') return leaving(path, subgraph, before, after, usage)
  if (type === 'FIELD_ADDED' || type === 'TYPE_ADDED') return arriving(path, subgraph, before, after)
  const rule = `subgraph-${type.toLowerCase().replaceAll('_', '-')}`
  return { verdict: isSafeToClients ? safe(rule) : dangerous(rule, remedies.leave), message: words, subgraph }
}

function changeOf({ path }: SubgraphDifference, move: Move, before: Composed, after: Composed): readonly Change[] {
  if (!move) return []
  const { level, rule, breaks, remedy } = move.verdict
  const place = placeOf(path, before.definitions, after.definitions, move.subgraph)
  const message = `${move.message}.`
  return [{ level, rule: `graphql.${rule}`, message, ...place, breaks: breaks.map(label), remedy }]
}
