import { github } from './report/github.ts'
import { json } from './report/json.ts'
import { markdown } from './report/markdown.ts'
import { exitCode, type Report } from './report/report.ts'
import { text } from './report/text.ts'
import { runChecks } from './run-checks.ts'
import { baseOf } from './sides/base.ts'
import { repositoryHere } from './sides/git.ts'
import { scratchFolder } from './sides/scratch-folder.ts'
import { sideOfCommit, sideOfIndex, sideOfWorkTree } from './sides/sides.ts'
import { withSubgraph } from './sides/with-subgraph.ts'

export const formats = ['text', 'json', 'markdown', 'github'] as const

export type Options = {
  readonly against?: string
  readonly staged?: boolean
  /** Subgraphs from elsewhere, each `<name>=<file>[,<url>]`. */
  readonly with?: readonly string[]
  readonly format: (typeof formats)[number]
}

/** Compares the repository of this folder with its base, and prints the report. @throws CannotJudge */
export async function compareWithBase({
  against,
  staged = false,
  with: others = [],
  format,
}: Options): Promise<0 | 1 | 2> {
  const git = await repositoryHere()
  const base = await baseOf(git, against)
  const scratch = scratchFolder()
  const [before, after] = await Promise.all([
    sideOfCommit(git, base, scratch),
    staged ? sideOfIndex(git, scratch) : sideOfWorkTree(git, scratch),
  ])
  for (const other of others) withSubgraph(after, other)
  const report = await runChecks(before, after)
  process.stdout.write(written(report, format))
  return exitCode(report)
}

function written(report: Report, format: Options['format']): string {
  switch (format) {
    case 'text':
      return text(report, { colours: process.stdout.isTTY && process.env.NO_COLOR === undefined })
    case 'json':
      return json(report)
    case 'markdown':
      return markdown(report)
    case 'github':
      return github(report)
  }
}
