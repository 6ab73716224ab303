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

const render = {
  text: (report: Report) => text(report, { colours: process.stdout.isTTY && process.env.NO_COLOR === undefined }),
  json,
  markdown,
  github,
}
export const formats = Object.keys(render)

export type Options = {
  readonly against?: string
  readonly staged?: boolean
  /** Subgraphs of other repositories, each `<name>=<file>[,<url>]`. */
  readonly with?: readonly string[]
  readonly format: keyof typeof render
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
  process.stdout.write(render[format](report))
  return exitCode(report)
}
