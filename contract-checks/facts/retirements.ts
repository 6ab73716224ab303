import type { Side } from '../change.ts'
import { filesOf, textOf } from './side-files.ts'

/**
 * The names whose retirement a side announces by a comment `// Retired <kind>: <name>`. An event type or a topic may be
 * removed only after such a comment was merged.
 */
export function announcedRetirements(side: Side, files: string, kind: 'event type' | 'topic'): ReadonlySet<string> {
  const comment = new RegExp(`//\\s*Retired ${kind}: *([\\w.-]*\\w)`, 'g')
  return new Set(
    filesOf(side, files).flatMap((file) =>
      [...(textOf(side, file) ?? '').matchAll(comment)].map(([, name]) => name ?? ''),
    ),
  )
}
