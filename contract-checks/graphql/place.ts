import { supergraphList } from './compose-side.ts'
import type { Definition, Definitions } from './definitions.ts'

export type Place = { readonly file: string; readonly line: number | null }

/**
 * Finds the definition of a coordinate, or of the nearest one that contains it. Of definitions in several subgraphs it
 * takes the one that changed; when the coordinate was removed, its definition before;
 * when it has none, the list of subgraphs.
 */
export function placeOf(path: string, before: Definitions, after: Definitions, subgraph?: string): Place {
  const ofSubgraph = (found: readonly Definition[] = []) =>
    subgraph === undefined ? found : found.filter((definition) => definition.subgraph === subgraph)
  const was = ofSubgraph(before.get(path))
  const is = ofSubgraph(after.get(path))
  const [place] = [...changed(is, was), ...changed(was, is), ...is, ...was].toSorted(
    (a, b) => Number(a.external) - Number(b.external),
  )
  if (place) return { file: place.file, line: place.line }
  const around = path.slice(0, Math.max(path.lastIndexOf('.'), 0))
  return around === '' ? { file: supergraphList, line: null } : placeOf(around, before, after, subgraph)
}

const changed = (those: readonly Definition[], others: readonly Definition[]) =>
  those.filter((one) => !others.some(({ subgraph, text }) => subgraph === one.subgraph && text === one.text))
