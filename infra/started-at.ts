import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** States of a process that has ended, and that nobody has asked about yet: it holds nothing. */
const ENDED = /^[ZX]/

/**
 * When a process began, in words that neither a time zone, a locale nor a clock that is set changes; undefined when it
 * does not run. With its pid that names it permanently, where the pid alone passes to another process.
 */
export const startedAt = existsSync('/proc/self/stat') ? fromProc : fromPs

/** Clock ticks since the machine began, and which of its beginnings that was. */
function fromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command in parentheses, which may hold any character; state is the third, start the 22nd.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (ENDED.test(fields[0] ?? '')) return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
  } catch {
    return undefined
  }
}

/** Where there is no /proc. */
export function fromPs(pid: number): string | undefined {
  try {
    const [, state = '', began] =
      /^\s*(\S+)\s+(.+?)\s*$/.exec(
        execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ) ?? []
    return ENDED.test(state) ? undefined : began
  } catch {
    return undefined
  }
}
