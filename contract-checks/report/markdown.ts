import type { Change, Level } from '../change.ts'
import { levels, placeIn, type Report, summary, verbOf, worstFirst } from './report.ts'

const titles = { breaking: '🔴 Breaking', dangerous: '🟠 Dangerous', safe: '🟢 Safe' }

/** Renders a report as a comment on a pull request. Safe changes are folded. */
export function markdown(report: Report): string {
  const { before, after, unjudged } = report
  const notJudged =
    unjudged.length > 0 ? [`### ⚪ Not judged\n\n${unjudged.map((why) => `- ${inert(why)}`).join('\n')}`] : []
  return `${[
    `## Contracts\n\nOf ${inert(after)}, against ${inert(before)}.`,
    ...notJudged,
    ...levels.flatMap((level) => group(level, report)),
    `**${summary(report)}**`,
  ].join('\n\n')}\n`
}

function group(level: Level, { changes }: Report): readonly string[] {
  const found = worstFirst(changes).filter((change) => change.level === level)
  if (found.length === 0) return []
  const list = found.map(entry).join('\n')
  const title = `${titles[level]} (${found.length})`
  return level === 'safe'
    ? [`<details>\n<summary>${title}</summary>\n\n${list}\n\n</details>`]
    : [`### ${title}\n\n${list}`]
}

function entry(change: Change): string {
  const { rule, message, breaks, remedy } = change
  return [
    `- **\`${placeIn(change)}\`** ${inert(message)} (\`${rule}\`)`,
    ...breaks.map((one) => `  - ${verbOf(change)} \`${one}\``),
    ...(remedy ? [`  - ${inert(remedy)}`] : []),
  ].join('\n')
}

/** Text from schemas must not become markup, mention people or end the entry. Code spans stay as they are. */
const inert = (words: string): string =>
  words
    .replaceAll(/\s*\n\s*/g, ' ')
    .split(/(`[^`]*`)/)
    .map((part, at) => (at % 2 === 1 ? part : escaped(part)))
    .join('')

const escaped = (words: string): string =>
  words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[*_[\]|`]/g, '\\$&')
    .replaceAll('@', '@\u200B')
