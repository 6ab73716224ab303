import type { Definition, Definitions } from './definitions.ts'

export type Place = { readonly file: string; readonly line: number | null }

/**
 * Finds a coordinate, or the nearest around it: where its definition is another than before if it is defined in
 * several subgraphs, and in the schema before when it is gone.
 */
export function placeOf(path: string, before: Definitions, after: Definitions, subgraph?: string): Place | undefined {
  const ofSubgraph = (found: readonly Definition[] = []) =>
    subgraph === undefined ? found : found.filter((definition) => definition.subgraph === subgraph)
  const was = ofSubgraph(before.get(path))
  const is = ofSubgraph(after.get(path))
  const [place] = [...changed(is, was), ...changed(was, is), ...is, ...was].toSorted(
    (a, b) => Number(a.external) - Number(b.external),
  )
  if (place) return { file: place.file, line: place.line }
  const around = path.slice(0, Math.max(path.lastIndexOf('.'), 0))
  return around === '' ? undefined : placeOf(around, before, after, subgraph)
}

const changed = (those: readonly Definition[], others: readonly Definition[]) =>
  those.filter((one) => !others.some(({ subgraph, text }) => subgraph === one.subgraph && text === one.text))
