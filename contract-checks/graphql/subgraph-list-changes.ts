import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Change, Side } from '../change.ts'
import { type Composed, type Subgraph, supergraphList } from './compose-side.ts'
import { remedies } from './remedies.ts'

/** Which subgraphs came, went, or are elsewhere now. What their fields are to clients is told by the schema's changes. */
export function subgraphListChanges(
  before: Composed,
  after: Composed,
  sides: { readonly before: Side; readonly after: Side },
): readonly Change[] {
  const named = (list: readonly Subgraph[], wanted: string) => list.find(({ name }) => name === wanted)
  const at = (side: Side, name: string) => ({ file: supergraphList, line: lineOf(side, name), breaks: [] })
  const came = after.subgraphs
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
  const went = before.subgraphs
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
    const message = `The subgraph ${name} is asked at ${routingUrl}, and not at ${was.routingUrl}.`
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
  return [...came, ...went, ...moved]
}

/** A list from before there was one has no lines. */
function lineOf(side: Side, name: string): number | null {
  try {
    const lines = readFileSync(join(side.dir, supergraphList), 'utf8').split('\n')
    const at = lines.findIndex((line) => new RegExp(`^\\s+["']?${name}["']?:`).test(line))
    return at < 0 ? null : at + 1
  } catch {
    return null
  }
}
