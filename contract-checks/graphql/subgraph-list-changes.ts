import type { Change, Side } from '../change.ts'
import { lineOf, textOf } from '../facts/side-files.ts'
import { type Composed, type Subgraph, supergraphList } from './compose-side.ts'
import { remedies } from './remedies.ts'

/** Subgraphs that were added, removed, or have another url. The changes of the schema report their fields. */
export function subgraphListChanges(
  before: Composed,
  after: Composed,
  sides: { readonly before: Side; readonly after: Side },
): readonly Change[] {
  const named = (list: readonly Subgraph[], wanted: string) => list.find(({ name }) => name === wanted)
  const at = (side: Side, name: string) => ({ file: supergraphList, line: lineOfSubgraph(side, name), breaks: [] })
  const added = after.subgraphs
    .filter(({ name }) => !named(before.subgraphs, name))
    .map(
      ({ name }): Change => ({
        level: 'safe',
        rule: 'graphql.subgraph-added',
        message: `The subgraph ${name} was added.`,
        ...at(sides.after, name),
        remedy: null,
      }),
    )
  const removed = before.subgraphs
    .filter(({ name }) => !named(after.subgraphs, name))
    .map(
      ({ name }): Change => ({
        level: 'dangerous',
        rule: 'graphql.subgraph-removed',
        message: `The subgraph ${name} was removed.`,
        ...at(sides.before, name),
        remedy: remedies.leave,
      }),
    )
  const moved = after.subgraphs.flatMap(({ name, routingUrl }): Change[] => {
    const was = named(before.subgraphs, name)
    if (!was || was.routingUrl === routingUrl) return []
    const message = `The routing url of ${name} changed from ${was.routingUrl} to ${routingUrl}.`
    return [
      {
        level: 'dangerous',
        rule: 'graphql.routing-url-changed',
        message,
        ...at(sides.after, name),
        remedy: remedies.route,
      },
    ]
  })
  return [...added, ...removed, ...moved]
}

/** Null when the side has no list, or when its list does not name the subgraph. */
const lineOfSubgraph = (side: Side, name: string): number | null =>
  lineOf(textOf(side, supergraphList) ?? '', new RegExp(`^\\s+["']?${name}["']?:`))
