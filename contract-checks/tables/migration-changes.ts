import type { Change, Side } from '../change.ts'
import { filesOf, firstDifference, textOf } from '../facts/side-files.ts'

const MIGRATIONS = 'prisma/*/*/migrations/*/migration.sql'
const folderOf = (file: string) => file.split('/').slice(0, 4).join('/')

/** Applied migrations that were edited or removed, and new ones that come before applied ones. */
export function migrationChanges(before: Side, after: Side): readonly Change[] {
  const was = filesOf(before, MIGRATIONS)
  const last = new Map(was.map((file) => [folderOf(file), file]))
  const edited = was.flatMap((file): readonly Change[] => {
    const old = textOf(before, file) ?? ''
    const now = textOf(after, file)
    if (now === old) return []
    const gone = now === undefined
    return [
      {
        level: 'breaking',
        rule: gone ? 'tables.migration-removed' : 'tables.migration-edited',
        message: `${file} was ${gone ? 'removed' : 'edited'}: databases that have applied it no longer match the migrations.`,
        file,
        line: gone ? null : firstDifference(now, old),
        breaks: [`${file.split('/').slice(1, 3).join(' ')}: databases that have applied it`],
        remedy: 'Restore it, and write the difference as a new migration: `npm run migration`.',
      },
    ]
  })
  const early = filesOf(after, MIGRATIONS)
    .filter((file) => !was.includes(file) && file < (last.get(folderOf(file)) ?? ''))
    .map(
      (file): Change => ({
        level: 'dangerous',
        rule: 'tables.migration-out-of-order',
        message: `${file} comes before ${last.get(folderOf(file))}, which databases have applied: new databases apply them in another order.`,
        file,
        line: null,
        breaks: [],
        remedy: 'Rename its folder, so that it comes last.',
      }),
    )
  return [...edited, ...early]
}
