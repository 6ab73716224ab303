import type { Log } from '../process/log.ts'
import { describeFault } from './poison.ts'

/** A fault that lasts longer makes the projector not ready, in milliseconds. */
const LASTING_MS = 3_000

/** Keeps account of what fails and is tried again, by what it concerns. */
export function createFaults(log: Log) {
  const faults = new Map<string, { readonly since: number; readonly reason: string }>()

  function note(what: string, error: unknown): void {
    const reason = describeFault(error)
    const known = faults.get(what)
    if (known?.reason !== reason) log.warn({ err: error, what }, 'failed, trying again')
    faults.set(what, { since: known?.since ?? Date.now(), reason })
  }

  return {
    note,
    forget: (what: string) => void faults.delete(what),
    /** Runs `work`; what it throws is noted, and its success ends an earlier fault. */
    async attend<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
      try {
        const result = await work()
        faults.delete(what)
        return result
      } catch (error) {
        note(what, error)
        throw error
      }
    },
    /** What has failed for some time, in words; undefined when nothing has. */
    lasting(): string | undefined {
      const old = [...faults].filter(([, { since }]) => Date.now() - since > LASTING_MS)
      return old.length > 0 ? old.map(([what, { reason }]) => `${what}: ${reason}`).join(' ') : undefined
    },
  }
}
