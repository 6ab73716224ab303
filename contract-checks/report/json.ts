import { exitCode, type Report, summary, worstFirst } from './report.ts'

/** Renders a report for programs. */
export const json = (report: Report): string =>
  `${JSON.stringify(
    {
      before: report.before,
      after: report.after,
      exitCode: exitCode(report),
      summary: summary(report),
      unjudged: report.unjudged,
      changes: worstFirst(report.changes),
    },
    undefined,
    2,
  )}\n`
