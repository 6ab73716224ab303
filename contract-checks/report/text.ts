import { styleText } from 'node:util'
import type { Change, Level } from '../change.ts'
import { levels, placeIn, type Report, summary, verbOf, worstFirst } from './report.ts'

const colours = { breaking: 'red', dangerous: 'yellow', safe: 'green' } as const

/** Renders a report for a terminal, in colours if asked. */
export function text(report: Report, { colours }: { readonly colours: boolean }): string {
  const paint = colours ? painted : plain
  const { before, after, changes, unjudged } = report
  const groups = levels.flatMap((level) => {
    const found = worstFirst(changes).filter((change) => change.level === level)
    return found.length > 0
      ? [`${paint(level, level.toUpperCase())}\n\n${found.map(entry).join(level === 'safe' ? '\n' : '\n\n')}`]
      : []
  })
  const notJudged = unjudged.map((why) => `${paint('dangerous', 'NOT JUDGED')}\n\n  ${why.replaceAll('\n', '\n  ')}`)
  const head = `Contracts of ${after}, against ${before}`
  return `${[head, ...notJudged, ...groups, summary(report)].join('\n\n')}\n`
}

type Paint = (level: Level, words: string) => string
const plain: Paint = (_, words) => words
const painted: Paint = (level, words) => styleText(['bold', colours[level]], words, { validateStream: false })

function entry(change: Change): string {
  const { rule, message, breaks, remedy } = change
  return [
    `  ${placeIn(change)}  ${rule}`,
    `    ${message.replaceAll('\n', '\n    ')}`,
    ...breaks.map((one) => `    ${verbOf(change)} ${one}`),
    ...(remedy ? [`    → ${remedy}`] : []),
  ].join('\n')
}
