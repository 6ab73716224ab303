import type { Level } from '../change.ts'
import type { Difference } from './table-differences.ts'

/** Read: fed from the log, read by queries. Own: state that is nowhere else, and the machinery. */
export type Nature = 'read' | 'own'

/** How bad each difference is while code of before and after runs side by side, and after a projector wrote stubs. */
const levels: Readonly<Record<Difference['kind'], Readonly<Record<Nature, Level>>>> = {
  'table-added': { read: 'safe', own: 'safe' },
  'table-dropped': { read: 'breaking', own: 'dangerous' },
  'table-renamed': { read: 'breaking', own: 'dangerous' },
  'column-added': { read: 'safe', own: 'safe' },
  'column-added-required': { read: 'breaking', own: 'dangerous' },
  'column-dropped': { read: 'breaking', own: 'dangerous' },
  'column-renamed': { read: 'breaking', own: 'dangerous' },
  'column-retyped': { read: 'breaking', own: 'dangerous' },
  'column-made-required': { read: 'breaking', own: 'dangerous' },
  'column-made-optional': { read: 'dangerous', own: 'dangerous' },
  'default-dropped': { read: 'breaking', own: 'dangerous' },
  'default-changed': { read: 'dangerous', own: 'dangerous' },
  'key-changed': { read: 'breaking', own: 'dangerous' },
  'unique-added': { read: 'breaking', own: 'dangerous' },
  'unique-dropped': { read: 'safe', own: 'dangerous' },
}

export const levelOf = (kind: Difference['kind'], nature: Nature): Level => levels[kind][nature]

/** A difference in a sentence; `database` as in `posts read`. */
export function describe({ kind, table, column, detail }: Difference, database: string): string {
  const where = `${database}.${table}`
  const what = `${where}.${column}`
  const sentences: Readonly<Record<Difference['kind'], string>> = {
    'table-added': `${where} is new.`,
    'table-dropped': `${where} is dropped.`,
    'table-renamed': `${where} is called ${detail}.`,
    'column-added': `${what} is new.`,
    'column-added-required': `${what} is new, required and without a default: inserts that do not name it fail, stub rows and code of before among them.`,
    'column-dropped': `${what} is dropped: code of before reads it until it is replaced.`,
    'column-renamed': `${what} is called ${detail}: code of before reads the old name until it is replaced.`,
    'column-retyped': `${what} is of another type: ${detail}.`,
    'column-made-required': `${what} may no longer be null: rows that are there, stubs among them, may be.`,
    'column-made-optional': `${what} may be null: code of before does not expect it.`,
    'default-dropped': `${what} has no default (it was ${detail}): inserts that do not name it fail, stub rows among them.`,
    'default-changed': `${what} has another default: ${detail}. Rows that are there keep the old one.`,
    'key-changed': `${where} has another primary key: ${detail || 'none'}.`,
    'unique-added': `${where} holds (${detail}) unique.`,
    'unique-dropped': `${where} no longer holds (${detail}) unique.`,
  }
  return sentences[kind]
}

/** How to do it safely. */
export function remedyFor({ kind, table, column }: Difference, nature: Nature, service: string, next: string): string {
  if (kind === 'unique-added' && nature === 'read')
    return 'Read tables have no unique index but the primary key: topics arrive in any order, and a name may be at two rows for a while. Hold it unique in the write database.'
  if (nature === 'read')
    return `Make it a new generation: add '${next}' to the generations in subgraphs/${service}/service.ts. The projector fills it from the log beside the live one, which code of before goes on reading; drop that when no role reads it. Or only add: a column with a default, filled anew.`
  if (kind === 'unique-added')
    return 'See that no rows that are there are equal in it, and let the command reject what violates it before the index is made.'
  if (kind === 'unique-dropped')
    return 'See that no command relies on its violation to reject; drop it when no code of before runs.'
  return `Expand, then contract: one release adds what is new (optional or with a default)${column ? ` beside ${table}.${column}` : ''} and writes both, the next reads the new, a last one drops the old when no code of before runs.`
}
