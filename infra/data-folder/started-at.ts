import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** States of a zombie process: it has ended, but its parent has not collected its exit status. */
const ENDED = /^[ZX]/

/**
 * When a process began, in a form that does not depend on time zone, locale or clock changes; undefined when it does
 * not run. With its pid it identifies a process permanently; a pid alone is reused.
 */
export const startedAt = existsSync('/proc/self/stat') ? fromProc : fromPs

/** Clock ticks since boot, and the id of that boot. */
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

/** For systems without /proc. */
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
