import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { openStamps } from './stamps.ts'
import { committed, made, root } from './steps.ts'

const groups = [...new Set([...made, ...committed].map(({ group }) => group))]

type Options = { readonly only: readonly string[]; readonly force?: boolean; readonly check?: boolean }

const program = new Command('npm run generate --')
  .description(
    'Makes all code and files that are made from others, offline. A step whose sources are as they were is left out.',
  )
  .addOption(new Option('--only <step...>', 'these steps alone').choices(groups).default(groups, 'all'))
  .option('--force', 'run every step, changed or not')
  .option('--check', 'write nothing; fail when a committed file is out of date')
  .showHelpAfterError()
  .action(({ only, force = false, check = false }: Options) => (check ? compare(only) : generate(only, force)))

async function generate(only: readonly string[], force: boolean): Promise<void> {
  const stamps = openStamps(root, join(root, 'node_modules', '.cache', 'inkstream', 'generate.json'))
  const steps = [
    ...committed.map((step) => ({ ...step, run: async () => write(await step.files(), step.outputs) })),
    ...made,
  ].filter(({ group }) => only.includes(group))
  const changed = steps.filter((step) => force || !stamps.isCurrent(step))
  const failed: string[] = []
  const begun: { readonly group: string; readonly ended: Promise<void> }[] = []
  for (const step of changed) begun.push({ group: step.group, ended: runAfter(step) })
  await Promise.all(begun.map(({ ended }) => ended))
  if (failed.length > 0) process.exitCode = 1
  else if (changed.length < steps.length)
    console.log(`${steps.length - changed.length} of ${steps.length} steps were up to date.`)

  async function runAfter(step: (typeof changed)[number]): Promise<void> {
    await Promise.all(begun.filter(({ group }) => group === step.after).map(({ ended }) => ended))
    const began = performance.now()
    const stamp = stamps.stampOf(step)
    try {
      await step.run()
      stamps.note(step, stamp)
      console.log(`${styleText('green', '✓')} ${step.name} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
    } catch (error) {
      failed.push(step.name)
      console.error(`${styleText('red', '✗')} ${step.name}\n${outputOf(error)}`)
    }
  }
}

/** The output of the program that failed. */
function outputOf(error: unknown): string {
  const { stderr, stdout, message } = error as Error & { stderr?: string; stdout?: string }
  return stderr || stdout || message
}

async function compare(only: readonly string[]): Promise<void> {
  for (const step of committed.filter(({ group }) => only.includes(group))) {
    const files = await step.files()
    const stale = [...new Set([...files.keys(), ...filesIn(step.outputs)])].filter(
      (path) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== files.get(path),
    )
    if (stale.length === 0) continue
    console.error(`Out of date: ${stale.join(', ')}. Run \`npm run generate\` and commit.`)
    process.exitCode = 1
  }
}

/** Writes the files of a step, and removes those that it no longer generates. */
function write(files: ReadonlyMap<string, string>, outputs: readonly string[]): void {
  for (const path of filesIn(outputs)) if (!files.has(path)) rmSync(join(root, path))
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

/** The existing files, including those in folders. */
const filesIn = (outputs: readonly string[]): readonly string[] =>
  outputs.flatMap((output) => {
    if (!existsSync(join(root, output))) return []
    if (!statSync(join(root, output)).isDirectory()) return [output]
    return readdirSync(join(root, output)).map((name) => join(output, name))
  })

try {
  await program.parseAsync()
} catch (error) {
  console.error(outputOf(error))
  process.exitCode = 1
}
