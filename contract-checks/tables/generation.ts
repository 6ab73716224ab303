import { CannotJudge, type Side } from '../change.ts'
import { textOf } from '../facts/side-files.ts'

/** Where the generations of a service's read model are listed, from a side's root. */
export const definitionOf = (service: string): string => `subgraphs/${service}/service.ts`

export type Generation = {
  /** As in `read_1`. */
  readonly schema: string
  readonly line: number | null
}

/**
 * The generation of a service's read model that a side's code reads: the last one in its definition, or `read_1`
 * when there is no definition.
 * @throws CannotJudge when the definition lists none in a form that can be read
 */
export function generationOf(side: Side, service: string): Generation {
  const text = textOf(side, definitionOf(service))
  if (text === undefined) return { schema: 'read_1', line: null }
  const list = /\bgenerations: \[[^\]]*\]/.exec(text)
  const last = list && [...list[0].matchAll(/'(read_\d+)'/g)].at(-1)
  if (!last)
    throw new CannotJudge(`${definitionOf(service)} of ${side.label} lists no generations in the form ['read_1'].`)
  return { schema: last[1] as string, line: text.slice(0, list.index + last.index).split('\n').length }
}

/** The generation after one, as in `read_2` after `read_1`. */
export const nextGeneration = ({ schema }: Generation): string => `read_${Number(schema.replace('read_', '')) + 1}`
