import type { Change, Side } from '../change.ts'
import { filesOf, firstDifference, textOf } from '../facts/side-files.ts'

const MIGRATIONS = 'prisma/*/*/migrations/*/migration.sql'
const folderOf = (file: string) => file.split('/').slice(0, 4).join('/')

/** Migrations that databases have applied, and that are not what they were; new ones that come before applied ones. */
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
        message: `${file} is ${gone ? 'gone' : 'another'}: databases that have applied it are not what the migrations say.`,
        file,
        line: gone ? null : firstDifference(now, old),
        breaks: [`${file.split('/').slice(1, 3).join(' ')}: databases that have applied it`],
        remedy: 'Put it back as it was, and write the difference as a migration of its own: `npm run migration`.',
      },
    ]
  })
  const early = filesOf(after, MIGRATIONS)
    .filter((file) => !was.includes(file) && file < (last.get(folderOf(file)) ?? ''))
    .map(
      (file): Change => ({
        level: 'dangerous',
        rule: 'tables.migration-out-of-order',
        message: `${file} comes before ${last.get(folderOf(file))}, which databases have applied: new databases get them in another order.`,
        file,
        line: null,
        breaks: [],
        remedy: 'Rename its folder, so that it comes last.',
      }),
    )
  return [...edited, ...early]
}
