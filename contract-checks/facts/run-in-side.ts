import { execFile } from 'node:child_process'
import { CannotJudge, type Side } from '../change.ts'
import { messagesOf } from './messages.ts'

/** A side's code does not run. The message quotes why. */
export class DoesNotRun extends CannotJudge {
  /** The line, from 1, of a file of the side that Node names; null where it names none. */
  readonly lineIn: (file: string) => number | null

  constructor(side: Side, report: string) {
    const fault = report.split('\n').find((line) => /^\w*Error\b/.test(line))
    super(`The code of ${side.label} does not run: ${fault ?? report.trim()}`)
    this.lineIn = (file) => Number(report.split(`/${file}:`)[1]?.match(/^\d+/)?.[0]) || null
  }
}

/** What a program that runs a side's code is told, as JSON on standard input. */
export type SideInput = {
  readonly dir: string
  /** A FileDescriptorSet in base64; empty where the side's .proto files do not compile. */
  readonly descriptors: string
}

/** Two sides' code cannot share a process, nor may it end this one: a side that hangs is given up after this, in ms. */
const PATIENCE = 30_000

/** A side may be a stranger's pull request: its code reads files, and neither writes, starts processes nor has secrets. */
const confined = ['--permission', '--allow-fs-read=*', '--disable-warning=ExperimentalWarning']
const env = { PATH: process.env.PATH }

/** Runs a program of this folder on a side's code in a separate process. @returns the JSON it prints @throws DoesNotRun */
export async function runInSide<Printed>(program: string, side: Side): Promise<Printed> {
  const messages = await messagesOf(side)
  const descriptors = messages.status === 'compiled' ? Buffer.from(messages.descriptors).toString('base64') : ''
  const { promise, resolve, reject } = Promise.withResolvers<Printed>()
  const options = { cwd: side.dir, env, timeout: PATIENCE, maxBuffer: 64 * 1024 * 1024 }
  const child = execFile(process.execPath, [...confined, program], options, (error, stdout, stderr) => {
    if (error) reject(new DoesNotRun(side, stderr || error.message))
    else resolve(JSON.parse(stdout) as Printed)
  })
  // A process that ends before it has read all of this says why itself.
  child.stdin?.on('error', () => {})
  child.stdin?.end(JSON.stringify({ dir: side.dir, descriptors } satisfies SideInput))
  return promise
}
