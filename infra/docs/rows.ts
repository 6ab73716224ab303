import { type Variable, variablesOf } from '#toolkit/process/variables.ts'
import type { Readers } from './catalogue.ts'

/** A table row: what several readers of one variable have in common. */
export type Row = Pick<Variable, 'name' | 'value' | 'meaning'> & {
  /** The default of each reader. */
  readonly standards: ReadonlyMap<string, string | undefined>
  readonly required: boolean
}

export function rowsOf(readers: Readers): readonly Row[] {
  const rows = new Map<string, Row & { readonly standards: Map<string, string | undefined> }>()
  for (const [reader, schema] of readers)
    for (const { name, value, meaning, required, standard } of variablesOf(schema)) {
      const same = `${name}\n${value}\n${meaning}\n${required}`
      const row = rows.get(same) ?? { name, value, meaning, required, standards: new Map() }
      row.standards.set(reader, standard)
      rows.set(same, row)
    }
  return [...rows.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
