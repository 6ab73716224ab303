import type { Side } from '../change.ts'
import { filesOf, textOf } from './side-files.ts'

/**
 * What a side announced to be retired, by a comment `// Retired <kind>: <name>`. Nothing that crosses the log disappears
 * without one that was merged before.
 */
export function announcedRetirements(side: Side, files: string, kind: 'event type' | 'topic'): ReadonlySet<string> {
  const comment = new RegExp(`//\\s*Retired ${kind}: *([\\w.-]*\\w)`, 'g')
  return new Set(
    filesOf(side, files).flatMap((file) =>
      [...(textOf(side, file) ?? '').matchAll(comment)].map(([, name]) => name ?? ''),
    ),
  )
}
