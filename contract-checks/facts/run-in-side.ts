import { execFile } from 'node:child_process'
import { CannotJudge, type Side } from '../change.ts'
import { messagesOf } from './messages.ts'

/** A side's code does not run. The message quotes why. */
export class DoesNotRun extends CannotJudge {
  /** The line, from 1, that Node's report names in a file of the side; null when it names none. */
  readonly lineIn: (file: string) => number | null

  constructor(side: Side, report: string) {
    const fault = report.split('\n').find((line) => /^\w*Error\b/.test(line))
    super(`The code of ${side.label} does not run: ${fault ?? report.trim()}`)
    this.lineIn = (file) => Number(report.split(`/${file}:`)[1]?.match(/^\d+/)?.[0]) || null
  }
}

/** The input of a program that runs a side's code, as JSON on standard input. */
export type SideInput = {
  readonly dir: string
  /** A FileDescriptorSet in base64; empty when the side's .proto files do not compile. */
  readonly descriptors: string
}

/** A side's code runs in a separate process: two sides cannot share one. One that hangs is ended after this, in ms. */
const TIMEOUT_MS = 30_000

/** A side may be a stranger's pull request: its code can read files, but not write, start processes or see secrets. */
const confined = ['--permission', '--allow-fs-read=*', '--disable-warning=ExperimentalWarning']
const env = { PATH: process.env.PATH }

/** Runs a program of this folder on a side's code in a separate process. @returns the JSON it prints @throws DoesNotRun */
export async function runInSide<Printed>(program: string, side: Side): Promise<Printed> {
  const messages = await messagesOf(side)
  const descriptors = messages.status === 'compiled' ? Buffer.from(messages.descriptors).toString('base64') : ''
  const { promise, resolve, reject } = Promise.withResolvers<Printed>()
  const options = { cwd: side.dir, env, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 }
  const child = execFile(process.execPath, [...confined, program], options, (error, stdout, stderr) => {
    if (error) reject(new DoesNotRun(side, stderr || error.message))
    else resolve(JSON.parse(stdout) as Printed)
  })
  // A process that ends before it has read its input reports the reason itself.
  child.stdin?.on('error', () => {})
  child.stdin?.end(JSON.stringify({ dir: side.dir, descriptors } satisfies SideInput))
  return promise
}
