import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { CannotJudge, type Side } from '../change.ts'

/** One problem that buf reports, as `--error-format json` prints it. */
export type Finding = {
  /** From the side's root; absent when a whole file was removed. */
  readonly path?: string
  readonly start_line?: number
  /** buf's rule, as in `FIELD_NO_DELETE`; `COMPILE` when the files do not compile. */
  readonly type: string
  readonly message: string
}

const buf = join(import.meta.dirname, '..', '..', 'node_modules', '.bin', 'buf')

/** buf's exit code when it found problems. Any other code means that it could not run. */
const FOUND = 100

/** Runs buf in a side's folder, without network. @throws CannotJudge when buf itself fails */
export function runBuf(side: Side, args: readonly string[]): Promise<{ stdout: Buffer; findings: readonly Finding[] }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ stdout: Buffer; findings: readonly Finding[] }>()
  const options = { cwd: side.dir, encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const
  execFile(buf, args, options, (error, stdout, stderr) => {
    if (!error) resolve({ stdout, findings: [] })
    else if (error.code === FOUND) resolve({ stdout, findings: findingsIn(`${stdout}\n${stderr}`) })
    else reject(new CannotJudge(`buf ${args[0]} failed on ${side.label}: ${String(stderr).trim() || error.message}`))
  })
  return promise
}

const findingsIn = (text: string): readonly Finding[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Finding)
