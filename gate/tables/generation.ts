import type { Side } from '../change.ts'
import { textOf } from '../facts/source.ts'

/** Where the PostgreSQL schema of each read side is said, from a side's root. */
export const DATABASES = 'infra/databases.ts'

export type Generation = {
  /** As in `read_1`. */
  readonly schema: string
  readonly line: number | null
}

/** The generation of a service's read model: the PostgreSQL schema that its tables are in. */
export function generationOf(side: Side, service: string): Generation {
  const lines = (textOf(side, DATABASES) ?? '').split('\n')
  const entry = new RegExp(`service: '${service}', side: 'read'.*schema: '(read_\\d+)'`)
  const index = lines.findIndex((line) => entry.test(line))
  return { schema: entry.exec(lines[index] ?? '')?.[1] ?? 'read_1', line: index < 0 ? null : index + 1 }
}

/** The generation after one, as in `read_2` after `read_1`. */
export const after = ({ schema }: Generation): string => `read_${Number(schema.replace('read_', '')) + 1}`
