import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes a temporary folder, which is removed when the process ends, also by a signal. */
export function scratchFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'inkstream-contracts-'))
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }))
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  process.once('SIGHUP', () => process.exit(129))
  return dir
}
