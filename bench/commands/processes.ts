import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { openRunFolder } from '#infra/data-folder/run-folder.ts'

/** The CPU time of a process so far, user and system, in milliseconds; undefined if the platform does not report it. */
export type Cpu = () => number | undefined

/** The CPU time of this process. */
export const ownCpu: Cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** The CPU time of a role that `npm start` runs. @throws when it does not run */
export function cpuOf(folder: ReturnType<typeof openRunFolder>, name: string): Cpu {
  const pid = folder.pidOf(name)
  if (pid === undefined) throw new Error(`${name} does not run. Start the system first: npm start`)
  if (!existsSync('/proc/self/stat')) return () => undefined
  const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return () => {
    // The second field is the command in parentheses, which may hold spaces; fields 14 and 15 are utime and stime.
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(/\) (.*)/s)
    const [utime, stime] = fields.split(' ').slice(11, 13).map(Number)
    return (((utime ?? 0) + (stime ?? 0)) * 1_000) / ticksPerSecond
  }
}
