import { placeIn, type Report, summary, verbOf, worstFirst } from './report.ts'

const commands = { breaking: 'error', dangerous: 'warning', safe: 'notice' } as const

/**
 * Annotations at the changed lines of a pull request.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function github(report: Report): string {
  const annotations = worstFirst(report.changes).map((change) => {
    const { level, rule, file, line, message, breaks, remedy } = change
    const place = `file=${property(file)}${line === null ? '' : `,line=${line}`}`
    const whom = breaks.map((one) => `${verbOf(change)} ${one}`)
    const words = [message, ...whom, ...(remedy ? [remedy] : [])].join('\n')
    return `::${commands[level]} ${place},title=${property(`${rule} at ${placeIn(change)}`)}::${data(words)}`
  })
  const unjudged = report.unjudged.map((why) => `::error title=contracts could not be judged::${data(why)}`)
  return `${[...unjudged, ...annotations, summary(report)].join('\n')}\n`
}

const data = (words: string) => words.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const property = (words: string) => data(words).replaceAll(':', '%3A').replaceAll(',', '%2C')
