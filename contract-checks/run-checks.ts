import { CannotJudge, type Change, type Side } from './change.ts'
import { checks as allChecks } from './checks.ts'
import type { Report } from './report/report.ts'
import { changedFiles } from './sides/changed-files.ts'

/**
 * Runs every check whose files differ between two sides. A check that cannot judge does not affect the others' results.
 * @throws any error but CannotJudge: a bug in the checks themselves
 */
export async function runChecks(before: Side, after: Side, checks = allChecks): Promise<Report> {
  const changed = [...(await changedFiles(before, after))]
  const answers = await Promise.all(
    checks
      .filter(({ reads }) => changed.some(reads))
      .map(async ({ name, load }): Promise<{ changes: readonly Change[]; unjudged: readonly string[] }> => {
        try {
          const check = await load()
          return { changes: await check(before, after), unjudged: [] }
        } catch (error) {
          if (error instanceof CannotJudge) return { changes: [], unjudged: [`${name}: ${error.message}`] }
          throw error
        }
      }),
  )
  return {
    before: before.label,
    after: after.label,
    changes: answers.flatMap(({ changes }) => changes),
    unjudged: answers.flatMap(({ unjudged }) => unjudged),
  }
}
