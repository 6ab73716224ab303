import type { Level } from '../change.ts'
import type { Difference } from './table-differences.ts'

/** `read`: filled from the log, read by queries. `own`: state that exists nowhere else, and the machinery's tables. */
export type Nature = 'read' | 'own'

/** The level of each difference while the previous and the new release run side by side and projectors write stub rows. */
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

/** Describes a difference in a sentence; `database` as in `posts read`. */
export function describe({ kind, table, column, detail }: Difference, database: string): string {
  const where = `${database}.${table}`
  const what = `${where}.${column}`
  const sentences: Readonly<Record<Difference['kind'], string>> = {
    'table-added': `${where} is new.`,
    'table-dropped': `${where} is dropped.`,
    'table-renamed': `${where} was renamed to ${detail}.`,
    'column-added': `${what} is new.`,
    'column-added-required': `${what} is new, required and without a default: inserts that do not name it fail, such as those of stub rows and of the previous release.`,
    'column-dropped': `${what} is dropped: the previous release reads it until it is replaced.`,
    'column-renamed': `${what} was renamed to ${detail}: the previous release reads the old name until it is replaced.`,
    'column-retyped': `${what} has another type: ${detail}.`,
    'column-made-required': `${what} may no longer be null, but existing rows, such as stubs, may be.`,
    'column-made-optional': `${what} may be null, which the previous release does not expect.`,
    'default-dropped': `${what} no longer has a default (it was ${detail}): inserts that do not name it fail, such as those of stub rows.`,
    'default-changed': `${what} changed its default: ${detail}. Existing rows keep the old one.`,
    'key-changed': `${where} changed its primary key to ${detail || 'none'}.`,
    'unique-added': `${where} has a new unique index on (${detail}).`,
    'unique-dropped': `${where} no longer has a unique index on (${detail}).`,
  }
  return sentences[kind]
}

/** How to do it safely. */
export function remedyFor({ kind, table, column }: Difference, nature: Nature, service: string, next: string): string {
  if (kind === 'unique-added' && nature === 'read')
    return 'Read tables have no unique index except the primary key: topics arrive in any order, so two rows may have the same value for a while. Enforce uniqueness in the write database.'
  if (nature === 'read')
    return `Make it a new generation: add '${next}' to the generations in subgraphs/${service}/service.ts. The projector fills it from the log while the previous release reads the old one; drop that when no role reads it. Or only add a column with a default, and fill it.`
  if (kind === 'unique-added')
    return 'Make sure that no existing rows violate it, and let the command reject violations before the index is created.'
  if (kind === 'unique-dropped')
    return 'Make sure that no command relies on its violation to reject; drop it when the previous release no longer runs.'
  return `Expand, then contract: one release adds the new one (optional or with a default)${column ? ` beside ${table}.${column}` : ''} and writes both, the next reads the new one, and the last drops the old one when the release before it no longer runs.`
}
