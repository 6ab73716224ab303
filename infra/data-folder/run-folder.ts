import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleep } from '#toolkit/process/backoff.ts'
import { CannotStart } from '../cannot-start.ts'
import { startedAt } from './started-at.ts'

/** Identifies a process: a pid alone may be reused by another process. */
export type KnownProcess = { readonly name: string; readonly pid: number; readonly startedAt: string }

const alive = (known: KnownProcess) => startedAt(known.pid) === known.startedAt

/** How long a leftover process may take to end by itself, and to end after it was killed, in milliseconds. */
const END_WITHIN_MS = { asked: 5_000, killed: 2_000 }

/**
 * The list of processes that a running `npm start` keeps in its data folder, so that the next one can end leftovers.
 * Only the holder of the folder's lock may write it.
 */
export function openRunFolder(dir: string) {
  const file = join(dir, 'processes.json')
  const read = (): KnownProcess[] => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as KnownProcess[]
    } catch {
      return [] // missing, or truncated by a crash of the machine, which left no process
    }
  }
  const write = (processes: readonly KnownProcess[]) => {
    mkdirSync(dir, { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(processes, undefined, 2), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  return {
    /** The pid of the process noted under this name, if it runs. */
    pidOf: (name: string): number | undefined => read().find((known) => known.name === name && alive(known))?.pid,

    /**
     * Ends the processes that an earlier supervisor left.
     * @returns the names of the processes ended
     * @throws CannotStart when one cannot be ended; it stays noted
     */
    async endLeftovers(): Promise<readonly string[]> {
      const left = read().filter((known) => known.name !== 'supervisor' && alive(known))
      const gone = async (withinMs: number) => {
        for (let waited = 0; waited < withinMs && left.some(alive); waited += 50) await sleep(50)
      }
      // On SIGTERM, PostgreSQL would wait for its clients to disconnect; the others treat both signals the same.
      for (const known of left) signal(known, 'SIGINT')
      for (const known of left) signal(known, 'SIGCONT') // a stopped process would not receive the signal
      await gone(END_WITHIN_MS.asked)
      for (const known of left) if (alive(known)) signal(known, 'SIGKILL')
      await gone(END_WITHIN_MS.killed)
      const remaining = left.filter(alive)
      write([...remaining, ...read().filter(({ name, pid }) => name === 'supervisor' && pid === process.pid)])
      if (remaining.length > 0)
        throw new CannotStart(
          `An earlier run left processes that cannot be ended: ${remaining.map(({ name, pid }) => `${name} (${pid})`).join(', ')}. End them first.`,
        )
      return left.map(({ name }) => name)
    },

    /** Call it as soon as a process exists: only noted processes are found again. */
    note(name: string, pid: number): void {
      const began = startedAt(pid)
      if (began) write([...read().filter((known) => known.name !== name), { name, pid, startedAt: began }])
    },

    /** Removes processes that have ended, and keeps those that still run. */
    clear(): void {
      const remaining = read().filter((known) => known.pid !== process.pid && alive(known))
      if (remaining.length > 0) write(remaining)
      else rmSync(file, { force: true })
    },
  }
}

/** Also signals its process group, in which its children are; it may lead none. */
function signal({ pid }: KnownProcess, name: NodeJS.Signals): void {
  for (const target of [-pid, pid])
    try {
      process.kill(target, name)
    } catch {
      // It has already ended, or belongs to another user.
    }
}
