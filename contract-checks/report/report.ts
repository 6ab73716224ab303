import type { Change, Level } from '../change.ts'

/** What the checks found between two sides. */
export type Report = {
  readonly before: string
  readonly after: string
  readonly changes: readonly Change[]
  /** Why checks could not judge; a sentence each. */
  readonly unjudged: readonly string[]
}

export const levels = ['breaking', 'dangerous', 'safe'] as const satisfies readonly Level[]

/** Worst first, then by file and line. */
export const worstFirst = (changes: readonly Change[]): readonly Change[] =>
  changes.toSorted(
    (a, b) =>
      levels.indexOf(a.level) - levels.indexOf(b.level) ||
      compare(a.file, b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      compare(a.rule, b.rule),
  )

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** 1 when a change is breaking, whatever else could not be judged; 2 when something could not be; else 0. */
export function exitCode({ changes, unjudged }: Report): 0 | 1 | 2 {
  if (changes.some(({ level }) => level === 'breaking')) return 1
  return unjudged.length > 0 ? 2 : 0
}

/** A place as reports name it: `subgraphs/posts/schema.graphql:34`. */
export const placeIn = ({ file, line }: Pick<Change, 'file' | 'line'>): string =>
  line === null ? file : `${file}:${line}`

/** How a change affects what its `breaks` lists. */
export const verbOf = ({ level }: Change) => (level === 'breaking' ? 'breaks' : 'concerns')

/** The last line: how many changes of each level, and what the exit code means. */
export function summary(report: Report): string {
  const counts = levels.map((wanted) => `${report.changes.filter(({ level }) => level === wanted).length} ${wanted}`)
  const unjudged = report.unjudged.length > 0 ? [`${report.unjudged.length} not judged`] : []
  return `${[...counts, ...unjudged].join(', ')}. Exit code ${exitCode(report)}: ${meanings[exitCode(report)]}`
}

const meanings = {
  0: 'no known client or consumer is broken.',
  1: 'a change is breaking.',
  2: 'something could not be judged.',
}
