import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sleep } from '#cqrs/process/backoff.ts'

/** A process as it can be found again: a pid alone may have passed to another by then. */
export type KnownProcess = { readonly name: string; readonly pid: number; readonly startedAt: string }

/** When the process began, as the system tells it; undefined when there is none. */
function startOf(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return undefined
  }
}

const alive = ({ pid, startedAt }: KnownProcess) => startOf(pid) === startedAt

/** What a running `npm start` notes down in its data folder, so that the next one can find and end what is left. */
export function openRunFolder(dir: string) {
  const file = join(dir, 'processes.json')
  const read = (): KnownProcess[] => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as KnownProcess[]
    } catch {
      return [] // none yet, or cut short by a crash
    }
  }
  const write = (processes: readonly KnownProcess[]) => {
    mkdirSync(dir, { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(processes, undefined, 2))
    renameSync(`${file}.new`, file)
  }

  return {
    /** The supervisor that uses the folder now, if there is one. */
    owner: (): KnownProcess | undefined =>
      read().find((known) => known.name === 'supervisor' && known.pid !== process.pid && alive(known)),

    /** The pid of the process that is noted under this name, if it runs. */
    pidOf: (name: string): number | undefined => read().find((known) => known.name === name && alive(known))?.pid,

    /** Ends what an earlier supervisor left. @returns the names of what was ended */
    async endLeftovers(): Promise<readonly string[]> {
      const left = read().filter((known) => known.name !== 'supervisor' && alive(known))
      // PostgreSQL would wait for its clients to leave on SIGTERM; to the others they are the same.
      for (const { pid } of left) signal(pid, 'SIGINT')
      for (let waited = 0; waited < 5_000 && left.some(alive); waited += 100) await sleep(100)
      for (const known of left) if (alive(known)) signal(known.pid, 'SIGKILL')
      for (let waited = 0; waited < 2_000 && left.some(alive); waited += 50) await sleep(50)
      write([])
      return left.map(({ name }) => name)
    },

    note(name: string, pid: number): void {
      const startedAt = startOf(pid)
      if (startedAt) write([...read().filter((known) => known.name !== name), { name, pid, startedAt }])
    },

    clear(): void {
      if (existsSync(file)) rmSync(file)
    },
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // it ended by itself
  }
}
