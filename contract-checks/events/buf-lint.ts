import type { Change, Side } from '../change.ts'
import { runBuf } from '../facts/buf.ts'
import { EVENTS } from '../facts/messages.ts'

/** What `buf lint` finds in a side. It breaks no consumer, but it must not be merged. */
export async function bufLint(after: Side): Promise<readonly Change[]> {
  const { findings } = await runBuf(after, ['lint', '.', '--error-format', 'json'])
  return findings.map(({ path, start_line, type, message }) => ({
    level: 'breaking',
    rule: 'events.lint',
    message: `${message} (buf lint: ${type})`,
    file: path ?? EVENTS,
    line: start_line ?? null,
    breaks: [],
    remedy: 'Fix it before you merge: a name cannot be changed afterwards.',
  }))
}
