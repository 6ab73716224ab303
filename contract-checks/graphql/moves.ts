import type { Usage } from '../operations/usage.ts'
import type { Composed } from './compose-side.ts'
import { remedies } from './remedies.ts'
import { dangerous, safe, type Verdict } from './verdict.ts'

/** A verdict with a message that replaces the schema comparison's; undefined when another change reports the move. */
export type Move = { readonly verdict: Verdict; readonly message: string; readonly subgraph: string } | undefined

/** A field or type that a subgraph no longer has, or has only as @external, while clients still see it. */
export function leaving(path: string, subgraph: string, before: Composed, after: Composed, usage: Usage): Move {
  if (!resolves(before, path, subgraph))
    return { verdict: safe('external-removed'), message: `'${path}' is no longer mentioned in ${subgraph}`, subgraph }
  if (overriders(before, path, subgraph).some((to) => isPartial(before, path, to))) {
    const message = `'${path}' moved out of ${subgraph}, while only part of the requests were overridden`
    return { verdict: dangerous('override-unfinished', remedies.partial, usage(path)), message, subgraph }
  }
  if (overriders(before, path, subgraph).length > 0)
    return {
      verdict: safe('override-finished'),
      message: `'${path}' moved out of ${subgraph}, which was overridden`,
      subgraph,
    }
  const [to] = resolvers(after, path).filter((name) => !resolves(before, path, name))
  const what = path.includes('.') ? 'field' : 'type'
  if (to === undefined) {
    const message = `'${path}' is no longer answered by ${subgraph}, only by ${resolvers(after, path).join(', ')}`
    return { verdict: dangerous(`${what}-left-subgraph`, remedies.leave, usage(path)), message, subgraph }
  }
  const message = `'${path}' moved from ${subgraph} to ${to} in one step: requests fail until all parts are deployed`
  return { verdict: dangerous(`${what}-moved`, remedies.move, usage(path)), message, subgraph: to }
}

/** A field or type that is new in a subgraph, while clients saw it before. */
export function arriving(path: string, subgraph: string, before: Composed, after: Composed): Move {
  if (!resolves(after, path, subgraph))
    return { verdict: safe('external-added'), message: `'${path}' is mentioned in ${subgraph}`, subgraph }
  const from = resolvers(before, path).filter((name) => name !== subgraph)
  const [overridden] = from.filter((name) => overriders(after, path, name).includes(subgraph))
  if (overridden !== undefined) {
    if (isPartial(after, path, subgraph)) {
      const message = `'${path}' overrides ${overridden} by a label, which this gateway never evaluates: no request moves`
      return { verdict: dangerous('override-partial', remedies.partial, []), message, subgraph }
    }
    const message = `'${path}' is answered by ${subgraph}, which overrides ${overridden}`
    return { verdict: safe('override-started'), message, subgraph }
  }
  const isMove = from.some((name) => !resolves(after, path, name))
  const message = `'${path}' is also answered by ${subgraph}`
  return isMove ? undefined : { verdict: safe('shared-with-subgraph'), message, subgraph }
}

const resolvers = ({ definitions }: Composed, path: string): readonly string[] =>
  (definitions.get(path) ?? []).filter(({ external }) => !external).map(({ subgraph }) => subgraph)

const resolves = (composed: Composed, path: string, subgraph: string) => resolvers(composed, path).includes(subgraph)

/** Whether a subgraph overrides by a label, which is meant for a part of the requests. */
const isPartial = ({ definitions }: Composed, path: string, subgraph: string): boolean =>
  (definitions.get(`${path}.@override`) ?? []).some((one) => one.subgraph === subgraph && one.text.includes('label:'))

/** The subgraphs that override another one's field. */
const overriders = ({ definitions }: Composed, path: string, overridden: string): readonly string[] =>
  (definitions.get(`${path}.@override`) ?? [])
    .filter(({ text }) => text.includes(`from: "${overridden}"`))
    .map(({ subgraph }) => subgraph)
