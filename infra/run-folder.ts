import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleep } from '#cqrs/process/backoff.ts'
import { CannotStart } from './cannot-start.ts'
import { startedAt } from './started-at.ts'

/** A process as it can be found again: a pid alone may have passed to another by then. */
export type KnownProcess = { readonly name: string; readonly pid: number; readonly startedAt: string }

const alive = (known: KnownProcess) => startedAt(known.pid) === known.startedAt

/** How long a process that an earlier run left may take to end by itself, and to end when it is killed, in milliseconds. */
const END_WITHIN_MS = { asked: 5_000, killed: 2_000 }

/**
 * What a running `npm start` notes down in its data folder, so that the next one can find and end what is left. Only
 * who has the folder's lock may write there.
 */
export function openRunFolder(dir: string) {
  const file = join(dir, 'processes.json')
  const read = (): KnownProcess[] => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as KnownProcess[]
    } catch {
      return [] // none yet, or cut short when the machine went down, which left nothing
    }
  }
  const write = (processes: readonly KnownProcess[]) => {
    mkdirSync(dir, { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(processes, undefined, 2), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }

  return {
    /** The pid of the process that is noted under this name, if it runs. */
    pidOf: (name: string): number | undefined => read().find((known) => known.name === name && alive(known))?.pid,

    /**
     * Ends what an earlier supervisor left.
     * @returns the names of what was ended
     * @throws CannotStart when something cannot be ended; it stays noted
     */
    async endLeftovers(): Promise<readonly string[]> {
      const left = read().filter((known) => known.name !== 'supervisor' && alive(known))
      const gone = async (withinMs: number) => {
        for (let waited = 0; waited < withinMs && left.some(alive); waited += 50) await sleep(50)
      }
      // PostgreSQL would wait for its clients to leave on SIGTERM; to the others they are the same.
      for (const known of left) signal(known, 'SIGINT')
      for (const known of left) signal(known, 'SIGCONT') // a frozen process could not hear of it
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

    /** Call it as soon as there is a process: what is not noted is not found again. */
    note(name: string, pid: number): void {
      const began = startedAt(pid)
      if (began) write([...read().filter((known) => known.name !== name), { name, pid, startedAt: began }])
    },

    /** Forgets what has ended, and keeps what still runs. */
    clear(): void {
      const remaining = read().filter((known) => known.pid !== process.pid && alive(known))
      if (remaining.length > 0) write(remaining)
      else rmSync(file, { force: true })
    },
  }
}

/** Also to the processes of its group, which are what it started; it may lead none. */
function signal({ pid }: KnownProcess, name: NodeJS.Signals): void {
  for (const target of [-pid, pid])
    try {
      process.kill(target, name)
    } catch {
      // it ended by itself, or it is somebody else's
    }
}
