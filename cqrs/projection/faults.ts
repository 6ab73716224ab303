import type { Log } from '../process/log.ts'
import { describeFault } from './poison.ts'

/** Work that fails, or does not end, for longer makes the projector not ready, in milliseconds. */
const LASTING_MS = 3_000

type Fault = {
  /** When what fails, or has not ended, was begun first, as `performance.now()`: the wall clock may step back. */
  readonly since: number
  readonly lasting: number
  /** Why it failed last; undefined while the first attempt is in work. */
  reason: string | undefined
  place: string
}

/** Keeps account of what is in work and what fails and is tried again, by what it concerns. */
export function createFaults(log: Log) {
  const faults = new Map<string, Fault>()

  function begin(what: string, lasting: number): Fault {
    const fault = faults.get(what) ?? { since: performance.now(), lasting, reason: undefined, place: '' }
    faults.set(what, fault)
    return fault
  }

  function fail(what: string, fault: Fault, error: unknown): void {
    const reason = describeFault(error)
    if (fault.reason !== reason) log.warn({ err: error, what }, 'failed, trying again')
    fault.reason = reason
  }

  return {
    note: (what: string, error: unknown) => fail(what, begin(what, LASTING_MS), error),
    forget: (what: string) => void faults.delete(what),
    /** Whether something is in work or failing. */
    has: (what: string): boolean => faults.has(what),
    /** Whether it has failed, and has not succeeded since. */
    isFailing: (what: string): boolean => faults.get(what)?.reason !== undefined,
    /**
     * Runs `work`; what it throws is noted, and its success ends an earlier fault. If it was forgotten meanwhile, its
     * outcome no longer concerns us.
     * @param options.lasting how long it may fail or take, from its first attempt on, in milliseconds
     * @param options.place where in `what` it is at work, in words
     */
    async attend<Result>(
      what: string,
      work: () => Promise<Result>,
      { lasting = LASTING_MS, place = '' }: { readonly lasting?: number; readonly place?: string } = {},
    ): Promise<Result> {
      const fault = begin(what, lasting)
      fault.place = place
      const current = () => faults.get(what) === fault
      try {
        const result = await work()
        if (current()) faults.delete(what)
        return result
      } catch (error) {
        if (current()) fail(what, fault, error)
        throw error
      }
    },
    /** What has failed, or been in work, for some time, in words; undefined when nothing has. */
    lasting(): string | undefined {
      const old = [...faults].filter(([, { since, lasting }]) => performance.now() - since > lasting)
      return old.length > 0 ? old.map(([what, fault]) => `${what}: ${describe(fault)}`).join(' ') : undefined
    },
  }
}

const describe = ({ reason, place, since }: Fault) =>
  `${place ? `${place}: ` : ''}${reason ?? `no answer for ${Math.floor((performance.now() - since) / 1_000)} s.`}`
