import { Command, CommanderError, Option } from 'commander'
import { CannotJudge } from './change.ts'
import { compareWithBase, formats, type Options } from './compare-with-base.ts'

/** `npm run contracts`: compares the contracts of two commits. Exits with 0, 1 (breaking change) or 2 (could not judge). */
const program = new Command('npm run contracts --')
  .description(
    'Reports how the contracts changed: what is breaking, dangerous or safe, whom it breaks, and what to do.',
  )
  .option('--against <ref>', 'what to compare with (default: the merge base with main; on main, the previous commit)')
  .option('--staged', 'check what is staged instead of the work tree')
  .option(
    '--with <name=file[,url]>',
    'check this schema of a subgraph from another repository; can be repeated',
    (given: string, all: readonly string[] = []) => [...all, given],
  )
  .addOption(new Option('--format <format>', 'how to report').choices(formats).default('text'))
  .option('--release <version>', 'record the events of this release in contracts/history')
  .addHelpText('after', '\nExit code: 0, 1 when a change is breaking, 2 when something could not be judged.')
  .showHelpAfterError()
  .exitOverride()
  .action(async ({ release, ...options }: Options & { readonly release?: string }) => {
    if (release === undefined) process.exitCode = await compareWithBase(options)
    else await recordAndPrint(release)
  })

async function recordAndPrint(version: string): Promise<void> {
  const { recordRelease } = await import('./history/record-release.ts')
  const { NotRecorded } = await import('./history/encode-topic.ts')
  try {
    for (const file of await recordRelease(version)) console.log(`Wrote ${file}`)
  } catch (error) {
    if (!(error instanceof NotRecorded)) throw error
    console.error(`Nothing was recorded: ${error.message}`)
    process.exitCode = 2
  }
}

try {
  await program.parseAsync()
} catch (error) {
  // Commander has printed what is wrong with the arguments. Its exit code 1 would mean a breaking change.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    console.error(error instanceof CannotJudge ? `Could not judge: ${error.message}` : error)
    process.exitCode = 2
  }
}
