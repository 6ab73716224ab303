import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Side } from '../change.ts'
import { type Finding, runBuf } from '../facts/buf.ts'

/**
 * What `buf breaking` finds between two sides' messages, by the rules of the side before: a change cannot relax the rules
 * that apply to it.
 */
export async function bufBreaking(before: Side, after: Side): Promise<readonly Finding[]> {
  const from = resolve(before.dir)
  const rules = join(from, 'buf.yaml')
  const config = existsSync(rules) ? ['--config', rules] : []
  return (await runBuf(after, ['breaking', '.', '--against', from, ...config, '--error-format', 'json'])).findings
}
